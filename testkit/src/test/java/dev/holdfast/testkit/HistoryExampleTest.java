package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.History;
import dev.holdfast.testkit.history.HistoryChecker;
import dev.holdfast.testkit.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/testing.md}: it compiles, does what it says, and is what is there. */
class HistoryExampleTest {
  private static final EntityType<String> TEXTS = EntityType.named("text", String.class);

  static void set(Entities<String> entities, String id, String value, History history) {
    History.Pending call = history.called(id, "client 1", Asked.write(value));
    try {
      call.done(entities.set(id, value).revision(), value);
    } catch (RuntimeException e) {
      call.failed(e); // NotDone: it was not done; everything else: it may have been
    }
  }

  static void get(Entities<String> entities, String id, History history) {
    History.Pending call = history.called(id, "client 2", Asked.read());
    try {
      Entity<String> entity = entities.get(id);
      call.done(entity.revision(), entity.value());
    } catch (RuntimeException e) {
      call.failed(e);
    }
  }

  @Test
  void theHistoryOfANodeIsLinearizable() {
    History history = new History();
    try (Holdfast node = Holdfast.builder()
        .database(new MemoryDatabase(), "memory:")
        .engine(new LoneEngine.Started())
        .serving(TEXTS)
        .start()) {
      Entities<String> entities = node.entities(TEXTS);
      get(entities, "a", history);
      for (int i = 0; i < 10; i++) {
        set(entities, "a", "value " + i, history);
        get(entities, "a", history);
      }
    }
    Verdict verdict = HistoryChecker.byRevisions().judge(history);
    assertThat(verdict.violations()).as(verdict::toString).isEmpty();
    assertThat(verdict)
        .hasToString(
            "21 operations on 1 keys (11 reads, 10 writes; 0 unknown, 1 refused): no violation");
  }

  @Test
  void theExampleIsTheOneThatIsDocumented() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    String source = Files.readString(module.resolve(
        "src/test/java/" + HistoryExampleTest.class.getName().replace('.', '/') + ".java"));
    String page = Files.readString(module.resolveSibling("docs").resolve("testing.md"));
    assertThat(
            Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page).results())
        .hasSize(2)
        .allSatisfy(example -> assertThat(example.group(1).lines())
            .allSatisfy(line -> assertThat(source).contains(line.strip())));
  }
}
