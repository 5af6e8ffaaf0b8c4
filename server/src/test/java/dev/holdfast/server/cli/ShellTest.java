package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.Cli.Ran;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ShellTest {
  private final FakeServer bar = new FakeServer("bar");
  private final FakeServer foo = new FakeServer("foo").knowing(bar);

  @BeforeEach
  void introduce() {
    bar.knowing(foo);
  }

  @AfterEach
  void closeTheServers() {
    foo.close();
    bar.close();
  }

  @Test
  void eachCommandIsOneJsonLine() {
    Ran ran = Cli.shell(
        foo,
        true,
        "get entity_1",
        "set entity_1 working",
        "@bar get entity_1",
        "@bar where entity_1");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.lines())
        .extracting(line -> line.path("servedBy").asString(""))
        .containsExactly("foo", "foo", "bar", "bar");
  }

  @Test
  void emptyLinesAndCommentsAreSkipped() {
    Ran ran = Cli.shell(foo, true, "", "  # a comment", "get entity_1", "   ");
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.code()).isZero();
  }

  @Test
  void theWorstExitCodeIsKeptAndTheRestIsStillRun() {
    Ran ran = Cli.shell(foo, true, "get entity_3", "gte entity_1", "get entity_1");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.lines()).hasSize(3);
    assertThat(ran.lines().get(1).path("error").asString("")).isEqualTo("usage");
    assertThat(ran.lines().get(1).path("message").asString("")).contains("did you mean \"get\"");
    assertThat(ran.lines().get(2).path("revision").asInt()).isZero();
  }

  @Test
  void jsonMayHaveSpacesWithoutQuotes() {
    Ran ran = Cli.shell(foo, true, "set entity_1 {\"state\": \"working\"}");
    assertThat(ran.json().path("value").toString()).isEqualTo("{\"state\":\"working\"}");
  }

  @Test
  void anUnknownNodeIsExitCode2AndNamesTheKnownOnes() {
    Ran ran = Cli.shell(foo, false, "@baz get entity_1");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("baz").contains("bar, foo");
  }

  @Test
  void aNodeWithoutACommandIsExitCode2AndSaysWhatOneLooksLike() {
    Ran ran = Cli.shell(foo, false, "@bar");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("@bar nodes");
  }

  @Test
  void aNodeThatIsDownIsExitCode5AndOthersAreNamed() {
    Cli.Caught caught = new Cli.Caught();
    Session session = caught.session(Map.of());
    ServedNeighbours neighbours = new ServedNeighbours(session.api(foo.uri().toString()));
    neighbours.refresh();
    Dispatcher dispatcher = new Dispatcher(session, foo.uri(), neighbours, false, false, List.of());
    foo.close();
    Ran down = caught.ran(dispatcher.run("get entity/entity_1"));
    assertThat(down.code()).isEqualTo(5);
    assertThat(down.err()).contains("@bar");
    assertThat(dispatcher.run("@bar get entity/entity_1")).isZero();
  }

  @Test
  void exitEndsItEarly() {
    Ran ran = Cli.shell(foo, true, "get entity_1", "exit", "get entity_2");
    assertThat(ran.lines()).hasSize(1);
  }

  @Test
  void helpNamesTheCommands() {
    assertThat(Cli.shell(foo, false, "help").out()).contains("get ID", "set ID VALUE", "exit");
    assertThat(Cli.shell(foo, false, "help set").out()).contains("--if-revision");
    assertThat(Cli.shell(foo, false, "help gte").code()).isEqualTo(2);
  }

  @Test
  void answersTellHowLongTheyTook() {
    assertThat(Cli.shell(foo, false, "get entity_1").out()).matches("(?s).*  \\d+\\.\\d ms\n");
  }

  @Test
  void commandsNodesIdsAndValuesAreCompleted() {
    Session session = new Cli.Caught().session(Map.of());
    Api api = session.api(foo.uri().toString());
    ServedNeighbours neighbours = new ServedNeighbours(api);
    neighbours.refresh();
    Dispatcher dispatcher = new Dispatcher(session, foo.uri(), neighbours, false, true, List.of());
    ShellCompleter completer = new ShellCompleter(dispatcher.commands(), api, neighbours);
    assertThat(completer.suggestions(List.of(), "ge")).containsOnlyKeys("get");
    assertThat(completer.suggestions(List.of(), "@b")).containsOnlyKeys("@bar");
    assertThat(completer.suggestions(List.of("@bar", "get"), "ent"))
        .containsOnlyKeys("entity_1", "entity_2");
    assertThat(completer.suggestions(List.of("set", "entity_1"), "w")).containsOnlyKeys("working");
    assertThat(completer.suggestions(List.of("set", "entity_1"), "--if-r"))
        .containsOnlyKeys("--if-revision");
    assertThat(completer.suggestions(List.of("list"), "")).containsOnlyKeys("entity");
    assertThat(completer.suggestions(List.of("drain"), "b")).containsOnlyKeys("bar");
    assertThat(completer.suggestions(List.of("drain", "bar"), "--no"))
        .containsOnlyKeys("--no-wait");
    assertThat(completer.suggestions(List.of("history"), "entity_1")).containsOnlyKeys("entity_1");
  }

  @Test
  void completionWithoutAServerSuggestsNothing() {
    Session session = new Cli.Caught().session(Map.of());
    Api api = session.api(foo.uri().toString());
    foo.close();
    ServedNeighbours neighbours = new ServedNeighbours(api);
    Dispatcher dispatcher = new Dispatcher(session, foo.uri(), neighbours, false, true, List.of());
    ShellCompleter completer = new ShellCompleter(dispatcher.commands(), api, neighbours);
    assertThat(completer.suggestions(List.of("get"), "ent")).isEmpty();
  }
}
