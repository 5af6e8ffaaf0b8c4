package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.wire.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TourTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final Session session =
      Session.of(new Report(out, out, Style.PLAIN, false, false), Map.of());

  private int play(Tour.Play... plays) {
    DemoNodes nodes =
        new DemoNodes((name, port) -> List.of("false"), 1, 2, session, new Notices(out::println));
    TourStage stage = new TourStage(nodes, session);
    List<Tour.Scene> scenes =
        List.of(plays).stream().map(play -> new Tour.Scene("t", "b", "e", play)).toList();
    return new Tour(session.report(), stage, false).run(scenes);
  }

  @Test
  void aTourThatShowsWhatItShouldEndsWell() {
    assertThat(play(stage -> stage.must(true, "so it is"))).isEqualTo(ExitCode.OK.number());
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("yes: so it is", "All 1 scenes");
  }

  @Test
  void oneThingThatIsNotAsItShouldBeIsToldAndMakesAllFail() {
    int code = play(stage -> stage.must(false, "bar answers"), stage -> stage.must(true, "foo"));
    assertThat(code).isEqualTo(ExitCode.ERROR.number());
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("NO:  bar answers", "yes: foo");
  }

  @Test
  void aCommandThatFailsIsAFailureOfItsScene() {
    int code = play(stage -> stage.get(TourStage.FOO, "entity_1"));
    assertThat(code).isEqualTo(ExitCode.ERROR.number());
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("NO:  cannot reach a server at " + URI.create("http://127.0.0.1:1"));
  }
}
