package dev.holdfast.verify;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may use which, and what it may show: read out of the compiled classes. */
final class ArchitectureTest {
  private static final int MOST_API_TYPES = 20;

  private static final String API = "dev.holdfast";
  private static final String SPI = "dev.holdfast.spi..";
  private static final String PROTOCOL = "dev.holdfast.protocol..";
  private static final String RUNTIME = "dev.holdfast.runtime..";
  private static final String JDBC = "dev.holdfast.jdbc..";
  private static final String PEKKO = "dev.holdfast.pekko..";
  private static final String SERVER = "dev.holdfast.server..";
  private static final String TESTKIT = "dev.holdfast.testkit..";
  private static final String EXAMPLE = "dev.holdfast.example..";
  private static final String[] CORE = {API, SPI, PROTOCOL, RUNTIME};
  private static final String[] OUTSIDE_CORE = {JDBC, PEKKO, SERVER, TESTKIT, EXAMPLE};

  /** The one class that may read a clock. */
  private static final String CLOCK_READER = "dev.holdfast.runtime.SystemTicker";

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .importPackages("dev.holdfast");

  @Test
  void coreKnowsNoEngineNoSqlAndNoHttp() {
    check(noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.pekko..", "java.sql..", "javax.sql..", "io.undertow..", "com.typesafe..")
        .because("core is what users compile against: put it behind a port in dev.holdfast.spi"));
  }

  @Test
  void coreDependsOnNoOtherModule() {
    check(noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OUTSIDE_CORE)
        .because("dependencies point one way: server -> pekko, jdbc -> core"));
  }

  @Test
  void jdbcAndPekkoDependOnCoreAlone() {
    check(noClasses()
        .that()
        .resideInAPackage(JDBC)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PEKKO, SERVER, TESTKIT, EXAMPLE, "org.apache.pekko..")
        .because("the adapters do not know each other: meet in a port of dev.holdfast.spi"));
    check(noClasses()
        .that()
        .resideInAPackage(PEKKO)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(JDBC, SERVER, TESTKIT, EXAMPLE, "java.sql..", "javax.sql..")
        .because("the adapters do not know each other: meet in a port of dev.holdfast.spi"));
  }

  @Test
  void nothingDependsOnTheServerAndTheTestkitDependsOnCoreAlone() {
    check(noClasses()
        .that()
        .resideOutsideOfPackages(SERVER, "dev.holdfast.verify..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SERVER)
        .because("the server is one user of the library, and the last in the line"));
    check(noClasses()
        .that()
        .resideInAPackage(TESTKIT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(JDBC, PEKKO, SERVER, EXAMPLE)
        .because("users test with it whatever store and engine they have"));
  }

  @Test
  void theProtocolKnowsOnlyValuesPortsAndItself() {
    DescribedPredicate<JavaClass> allowed = resideInAnyPackage(
            PROTOCOL,
            "dev.holdfast.spi..",
            "java.lang..",
            "java.util..",
            "java.time..",
            "org.jspecify..")
        .and(not(resideInAnyPackage("java.util.concurrent..", "java.util.logging..")))
        .and(not(resideInAnyPackage("java.lang.ref..", "java.lang.reflect..")))
        .and(not(nameMatching("java\\.lang\\.(Thread|ThreadLocal|Process|ProcessBuilder|Runtime)")))
        .and(not(nameMatching("java\\.util\\.(Timer|TimerTask|Random|SplittableRandom)")))
        .or(describe("primitive", ArchitectureTest::isPrimitive));
    check(noClasses()
        .that()
        .resideInAPackage(PROTOCOL)
        .should()
        .dependOnClassesThat(not(allowed))
        .because("the protocol is pure: it gets everything else as input, and asks by output"));
  }

  @Test
  void theProtocolReadsNoClockAndDrawsNoLots() {
    check(noClasses()
        .that()
        .resideInAPackage(PROTOCOL)
        .should()
        .accessTargetWhere(readsTheClock().or(drawsLots()))
        .because("the same state, time and input must give the same outputs"));
  }

  @Test
  void onlyTheSystemTickerReadsTheMonotonicClock() {
    check(noClasses()
        .that(resideInAnyPackage(SPI, PROTOCOL, RUNTIME, JDBC, PEKKO)
            .or(resideInAPackage(API))
            .and(not(name(CLOCK_READER))))
        .should()
        .accessTargetWhere(calls("java.lang.System", "nanoTime"))
        .because("time is an argument, or comes from the port dev.holdfast.spi.Ticker"));
  }

  @Test
  void onlyTheSystemTickerReadsTheWallClockInProtocolAndRuntime() {
    check(noClasses()
        .that(resideInAnyPackage(PROTOCOL, RUNTIME).and(not(name(CLOCK_READER))))
        .should()
        .accessTargetWhere(readsTheClock())
        .because("wall time is for display, and no decision here is made for display"));
  }

  @Test
  void jdbcAndPekkoShowOneClassEach() {
    for (String module : List.of(JDBC, PEKKO)) {
      assertThat(publicTopLevelTypes(module))
          .as("%s: one class is the door of an adapter, make the others package-private", module)
          .hasSizeLessThanOrEqualTo(1);
      if (CLASSES.stream().anyMatch(resideInAPackage(module).and(not(isPackageInfo())))) {
        assertThat(publicTopLevelTypes(module))
            .as("%s: an adapter needs one public class, or nobody can use it", module)
            .hasSize(1);
      }
    }
  }

  @Test
  void theApiHasAtMostTwentyTypes() {
    assertThat(publicTopLevelTypes(API))
        .as("public types of %s: hide one, or nest it in the type that it belongs to", API)
        .hasSizeLessThanOrEqualTo(MOST_API_TYPES);
  }

  @Test
  void theApiShowsNoTypeOfALibrary() {
    DescribedPredicate<JavaClass> foreign = resideInAnyPackage(
        "org.apache.pekko..",
        "java.sql..",
        "javax.sql..",
        "io.undertow..",
        "tools.jackson..",
        "com.fasterxml..",
        "scala..");
    List<String> shown = new ArrayList<>();
    for (JavaClass type : CLASSES.that(resideInAPackage(API))) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)) {
        signatures(type)
            .filter(signature -> signature.types().anyMatch(foreign))
            .forEach(signature -> shown.add(signature.where()));
      }
    }
    assertThat(shown)
        .as("public signatures with a library's type: give a type of our own instead")
        .isEmpty();
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    check(noClasses()
        .should()
        .haveSimpleName("Manager")
        .orShould()
        .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
        .because("such a name says nothing: name it for the one thing it does or holds"));
    check(noClasses()
        .should()
        .resideInAPackage("..impl..")
        .because("package-private classes beside their interface need no impl package"));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
    return calls("java.lang.System", "nanoTime|currentTimeMillis")
        .or(calls("java.time\\..*", "now|system|systemUTC|systemDefaultZone|tick.*"))
        .or(calls("java.util.Date", "<init>"))
        .as("a clock is read");
  }

  private static DescribedPredicate<JavaAccess<?>> drawsLots() {
    return calls("java.lang.Math", "random")
        .or(calls("java.util.UUID", "randomUUID"))
        .or(calls("java.util.Collections", "shuffle"))
        .or(calls("java.util.random\\..*", ".*"))
        .or(calls("java.lang.System", "identityHashCode"))
        .as("lots are drawn");
  }

  private static DescribedPredicate<JavaAccess<?>> calls(String ownerRegex, String memberRegex) {
    return target(owner(nameMatching(ownerRegex)))
        .and(target(nameMatching(memberRegex)))
        .forSubtype();
  }

  private static List<String> publicTopLevelTypes(String packages) {
    return CLASSES.stream()
        .filter(resideInAPackage(packages))
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filter(not(isPackageInfo()))
        .map(JavaClass::getName)
        .sorted()
        .toList();
  }

  private static DescribedPredicate<JavaClass> isPackageInfo() {
    return describe("package-info", type -> type.getSimpleName().equals("package-info"));
  }

  private static boolean isPrimitive(JavaClass type) {
    return type.getBaseComponentType().isPrimitive();
  }

  /** A public or protected part of a type, and every class that it names, type arguments too. */
  private record Signature(String where, Collection<JavaClass> named) {
    Stream<JavaClass> types() {
      return named.stream();
    }
  }

  private static Stream<Signature> signatures(JavaClass type) {
    Stream<Signature> supertypes = Stream.concat(
            type.getSuperclass().stream(), type.getInterfaces().stream())
        .map(supertype -> new Signature(
            type.getName() + " extends " + supertype.getName(),
            supertype.getAllInvolvedRawTypes()));
    Stream<Signature> fields = type.getFields().stream()
        .filter(field -> isVisible(field.getModifiers()))
        .map(ArchitectureTest::signature);
    Stream<Signature> methods = type.getCodeUnits().stream()
        .filter(method -> isVisible(method.getModifiers()))
        .map(ArchitectureTest::signature);
    return Stream.of(supertypes, fields, methods).flatMap(part -> part);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Signature signature(JavaField field) {
    return new Signature(field.getFullName(), field.getAllInvolvedRawTypes());
  }

  private static Signature signature(JavaCodeUnit method) {
    Stream<JavaType> parts =
        Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream());
    List<JavaClass> named = new ArrayList<>(method.getThrowsClause().getTypes());
    parts.forEach(part -> named.addAll(part.getAllInvolvedRawTypes()));
    return new Signature(method.getFullName(), named);
  }
}
