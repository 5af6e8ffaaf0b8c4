package dev.holdfast.verify;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The Java sources of all modules, parsed by the compiler and not yet judged. */
public final class SourceTree {
  private static final Path ROOT = findRoot();

  private SourceTree() {}

  /** A method and the lines from its name to its closing brace. */
  record Method(String name, int firstLine, int lines) {}

  /** A member that is named through its owner, as in {@code System.out}. */
  record Use(String text, int line) {}

  /** The lines that one literal stretches over. */
  record Lines(int first, int last) {}

  /** One file, its path relative to the root of the project. */
  record Source(
      Path path,
      String packageName,
      List<String> lines,
      List<Method> methods,
      List<Use> uses,
      List<Lines> textBlocks,
      List<String> undocumentedTypes) {

    boolean isTest() {
      return path.toString().contains("src/test/");
    }

    /** The text of a line, counted from 1. */
    String line(int number) {
      return lines.get(number - 1);
    }

    boolean isInTextBlock(int line) {
      return textBlocks.stream().anyMatch(block -> block.first() <= line && line <= block.last());
    }

    /** Where one of the members is used; {@code *} stands for any text. */
    Stream<String> uses(String... members) {
      return uses.stream()
          .filter(use -> Stream.of(members).anyMatch(member -> matches(use.text(), member)))
          .map(use -> at(use.line(), use.text()));
    }

    String at(int line, String finding) {
      return path + ":" + line + ": " + finding;
    }

    private static boolean matches(String text, String member) {
      String regex = "(.*\\.)?" + member.replace(".", "\\.").replace("*", ".*");
      return text.matches("(?s)" + regex);
    }
  }

  static List<Source> read() {
    JavaCompiler compiler = Objects.requireNonNull(
        ToolProvider.getSystemJavaCompiler(), "this test needs a JDK, and runs on a bare JRE");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task = (JavacTask) compiler.getTask(
          null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(javaFiles()));
      DocTrees docs = DocTrees.instance(task);
      List<Source> sources = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        sources.add(new Reader(unit, docs).source());
      }
      return List.copyOf(sources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path[] javaFiles() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> ROOT.relativize(file).toString().matches("[^.].*?src/(main|test)/.*"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toArray(Path[]::new);
    }
  }

  /** The folder of the root project. */
  public static Path root() {
    return ROOT;
  }

  private static Path findRoot() {
    Path here = Path.of("").toAbsolutePath();
    for (@Nullable Path at = here; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at;
      }
    }
    throw new IllegalStateException("run this test inside the project, not in " + here);
  }

  /** Collects what the rules ask for, in one walk over a file. */
  private static final class Reader extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final DocTrees docs;
    private final SourcePositions positions;
    private final LineMap lineMap;
    private final List<Method> methods = new ArrayList<>();
    private final List<Use> uses = new ArrayList<>();
    private final List<Lines> textBlocks = new ArrayList<>();
    private final List<String> undocumentedTypes = new ArrayList<>();

    Reader(CompilationUnitTree unit, DocTrees docs) {
      this.unit = unit;
      this.docs = docs;
      this.positions = docs.getSourcePositions();
      this.lineMap = unit.getLineMap();
    }

    Source source() throws IOException {
      scan(unit, null);
      Path file = Path.of(unit.getSourceFile().toUri());
      return new Source(
          ROOT.relativize(file),
          String.valueOf(unit.getPackageName()),
          Files.readAllLines(file),
          methods,
          uses,
          textBlocks,
          undocumentedTypes);
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      TreePath path = getCurrentPath();
      boolean isTopLevel = path.getParentPath().getLeaf() == unit;
      if (isTopLevel
          && type.getModifiers().getFlags().contains(Modifier.PUBLIC)
          && docs.getDocComment(path) == null) {
        Path file = ROOT.relativize(Path.of(unit.getSourceFile().toUri()));
        undocumentedTypes.add(file + ":" + linesOf(type).first() + ": " + type.getSimpleName());
      }
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      if (method.getBody() != null) {
        int first = linesOf(method).first();
        int length = linesOf(method).last() - first + 1;
        methods.add(new Method(method.getName().toString(), first, length));
      }
      return super.visitMethod(method, null);
    }

    @Override
    public @Nullable Void visitMemberSelect(MemberSelectTree member, @Nullable Void nothing) {
      uses.add(new Use(member.toString(), linesOf(member).last()));
      return super.visitMemberSelect(member, null);
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
      if (literal.getKind() == Tree.Kind.STRING_LITERAL) {
        Lines lines = linesOf(literal);
        if (lines.first() < lines.last()) {
          textBlocks.add(lines);
        }
      }
      return super.visitLiteral(literal, null);
    }

    private Lines linesOf(Tree tree) {
      long first = lineMap.getLineNumber(positions.getStartPosition(unit, tree));
      long last = lineMap.getLineNumber(positions.getEndPosition(unit, tree));
      return new Lines((int) first, (int) last);
    }
  }
}
