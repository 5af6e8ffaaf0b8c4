package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.io.IOException;
import java.util.List;

/**
 * Plays scenes one after the other, and tells in the end whether each has shown what it should.
 * Belongs to one thread.
 */
final class Tour {
  /**
   * A scene.
   *
   * @param before what an application does that keeps a process for each entity on each server
   * @param elsewhere what is usually done about it, and what is left
   */
  record Scene(String title, String before, String elsewhere, Play here) {}

  /** What happens here. */
  interface Play {
    void on(TourStage stage);
  }

  private final Report report;
  private final TourStage stage;
  private final boolean waits;

  /** @param waits whether somebody is to say when the next scene begins */
  Tour(Report report, TourStage stage, boolean waits) {
    this.report = report;
    this.stage = stage;
    this.waits = waits;
  }

  /** Answers the exit code. */
  int run(List<Scene> scenes) {
    int played = 0;
    for (Scene scene : scenes) {
      if (played > 0 && waits && !goesOn()) {
        break;
      }
      played++;
      play(played, scene);
    }
    return end(played, scenes.size());
  }

  private void play(int number, Scene scene) {
    Style style = report.style();
    line("");
    line(style.value(number + ". " + scene.title()));
    part("Before", scene.before());
    part("Elsewhere", scene.elsewhere());
    line(style.name("Here"));
    try {
      scene.here().on(stage);
    } catch (CommandFailure failure) {
      stage.must(false, failure.message());
    }
  }

  private void part(String name, String text) {
    line(report.style().name(name));
    text.strip().lines().forEach(line -> line("  " + line));
  }

  private int end(int played, int all) {
    line("");
    int wrong = stage.wrong();
    if (wrong > 0) {
      line(report.style().bad(wrong + " things were not as they should be."));
      return ExitCode.ERROR.number();
    }
    String how = played == all ? "All " + all : "The first " + played + " of " + all;
    line(report.style().good(how + " scenes showed what they should."));
    line("Go on by yourself with: holdfast demo");
    return ExitCode.OK.number();
  }

  private void line(String text) {
    report.out().println(text);
  }

  /** Waits for Enter; false if the person has seen enough. */
  private boolean goesOn() {
    report.err().print(report.style().faint("Enter for the next scene, q to end: "));
    report.err().flush();
    StringBuilder typed = new StringBuilder();
    try {
      for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
        typed.append((char) c);
      }
    } catch (IOException e) {
      return false;
    }
    return !typed.toString().strip().equals("q");
  }
}
