package dev.holdfast.server.cli;

import static dev.holdfast.server.cli.TourStage.BAR;
import static dev.holdfast.server.cli.TourStage.FOO;
import static dev.holdfast.server.cli.TourStage.revision;
import static dev.holdfast.server.cli.TourStage.state;

import dev.holdfast.server.cli.Tour.Scene;
import java.util.List;

/** What happens to an application that keeps its entities in memory, when it grows. */
final class TourScenes {
  private static final String ONE = "entity_1";
  private static final String TWO = "entity_2";
  private static final int TOGETHER = 20;

  /** A process may be stopped while it holds the embedded database's lock; then all wait for it. */
  private static final int FREEZES = 3;

  private TourScenes() {}

  static List<Scene> all() {
    return List.of(
        new Scene("One server", """
            One process for each entity keeps its state in memory. Reads come from there, and a
            change is also written to a file. On one server nothing is wrong with that.
            """, """
            The same.
            """, TourScenes::oneServer),
        new Scene("Two servers, one entity", """
            Each server starts a process of its own for the same entity. Told "working" here and
            "finalized" there, each goes on to answer what it was told itself. That is two truths,
            and the file has whichever was written last.
            """, """
            Ask the database each time: right, and as slow as that. Or register one process for
            all servers under a global name: right, as long as they are connected.
            """, TourScenes::twoServers),
        new Scene("Both at the same instant", """
            As above: two processes, two truths.
            """, """
            A global registry knows only the servers it is connected to. Asked on two of them just
            before they connect, both start a process. When they do connect, one of the two is
            ended because of the name: perhaps the one that was right. So everything depends on
            connecting early enough, by a list of servers that somebody has to keep.
            """, TourScenes::sameInstant),
        new Scene("Set on one, get on the other", """
            The other server still shows what it had read before.
            """, """
            With the global name each such read goes to the server that has the process and back,
            however often it is repeated.
            """, TourScenes::setHereGetThere),
        new Scene("The owner is killed", """
            What was in its memory only is gone. The other server goes by the file, if that was
            written.
            """, """
            The name is free again, and the next call starts a process from what is stored. Whether
            a change that was just told done is there depends on whether it was stored before, and
            a caller whose connection broke cannot find out whether its change was made.
            """, TourScenes::ownerKilled),
        new Scene("It comes back", """
            After a restart no process is there, and calls for the entity fail, or start a second
            one beside that of the other server.
            """, """
            It has to connect to the others before it is asked for anything, or there are two
            processes again.
            """, TourScenes::comesBack),
        new Scene(
            "The owner is frozen, replaced, and wakes up", """
            A server that was paused does not know that it was. It goes on where it stopped,
            answers from its memory, and writes over what was done since.
            """, """
            The others wait for a minute until they take it for dead, or take it for dead too
            early and then have two processes when it wakes.
            """, TourScenes::ownerFrozen));
  }

  private static void oneServer(TourStage stage) {
    stage.start(FOO);
    stage.must(state(stage.get(FOO, ONE)).equals("initialized"), "it begins as its file says");
    stage.set(FOO, ONE, "working");
    stage.set(FOO, TWO, "finalized");
    Answer read = stage.get(FOO, ONE);
    stage.must(
        state(read).equals("working") && revision(read) == 1,
        "the change is there, and was in the database before it was told done");
  }

  private static void twoServers(TourStage stage) {
    stage.start(BAR);
    stage.must(
        state(stage.get(BAR, ONE)).equals("working"), "bar answers what was set on foo before");
    stage.set(FOO, ONE, "working");
    Answer last = stage.set(BAR, ONE, "finalized");
    Answer foo = stage.get(FOO, ONE);
    Answer bar = stage.get(BAR, ONE);
    stage.must(
        state(foo).equals("finalized") && state(bar).equals("finalized"),
        "both answer what was set last");
    stage.must(
        revision(foo) == revision(last)
            && revision(bar) == revision(last)
            && foo.owner().equals(bar.owner())
            && !foo.owner().isEmpty(),
        "both name the same revision and the same owner");
  }

  private static void sameInstant(TourStage stage) {
    stage.say("foo and bar are asked for " + TOGETHER + " new entities, each at once; the first:");
    boolean oneOwner = true;
    boolean inOrder = true;
    for (int i = 1; i <= TOGETHER; i++) {
      String id = "instant_" + i;
      List<Answer> told = stage.setOnBoth(id);
      Answer foo = told.get(0);
      Answer bar = told.get(1);
      if (i == 1) {
        stage.show(FOO, id, "working", foo);
        stage.show(BAR, id, "finalized", bar);
      }
      oneOwner &= foo.owner().equals(bar.owner()) && !foo.owner().isEmpty();
      inOrder &= revision(foo) + revision(bar) == 1;
    }
    stage.must(oneOwner, "each has one owner, whichever node was faster");
    stage.must(inOrder, "of each two changes one was the first and one the second");
  }

  private static void setHereGetThere(TourStage stage) {
    Answer set = stage.set(FOO, ONE, "initialized");
    Answer there = stage.get(BAR, ONE);
    stage.must(
        state(there).equals("initialized") && revision(there) == revision(set),
        "whoever reads after the change was told done sees it");
    String reader = TourStage.other(there.owner());
    stage.say(reader + " does not own it, and is asked again:");
    Answer again = stage.get(reader, ONE);
    for (int i = 0; i < 5 && !again.source().equals("copy"); i++) {
      again = stage.get(reader, ONE);
    }
    stage.must(
        again.source().equals("copy"), "repeated reads come from the memory of the node asked");
    stage.set(there.owner(), ONE, "working");
    stage.must(
        state(stage.get(reader, ONE)).equals("working"),
        "a copy is gone before the change is told done");
  }

  private static void ownerKilled(TourStage stage) {
    Answer set = stage.set(FOO, ONE, "finalized");
    String victim = stage.owner(FOO, ONE);
    String survivor = TourStage.other(victim);
    stage.kill(victim);
    Answer read = stage.firstAnswer(survivor, ONE);
    stage.must(
        state(read).equals("finalized") && revision(read) == revision(set),
        "nothing that was told done is lost");
    stage.must(read.owner().equals(survivor), survivor + " owns it now");
    Answer next = stage.set(survivor, ONE, "working");
    stage.must(revision(next) == revision(set) + 1, "no revision is missing");
  }

  private static void comesBack(TourStage stage) {
    String gone = TourStage.other(stage.owner(stage.anyAlive(), ONE));
    Answer before = stage.get(TourStage.other(gone), ONE);
    stage.start(gone);
    Answer read = stage.get(gone, ONE);
    stage.must(
        state(read).equals(state(before)) && revision(read) == revision(before),
        gone + " answers as the other one does, from the first moment");
    stage.must(read.servedBy().equals(gone), gone + " was asked, and knew whom to ask");
  }

  private static void ownerFrozen(TourStage stage) {
    String frozen = stage.owner(FOO, ONE);
    String other = TourStage.other(frozen);
    Answer before = stage.set(frozen, ONE, "initialized");
    long epoch = stage.epoch(other, frozen);
    Answer meanwhile = whileFrozen(stage, frozen, other);
    stage.must(
        revision(meanwhile) > revision(before) && meanwhile.owner().equals(other),
        "after three seconds of silence " + other + " owns it, and goes on with the next revision");
    Answer awake = stage.firstAnswer(frozen, ONE);
    stage.must(
        state(awake).equals("finalized") && revision(awake) >= revision(meanwhile),
        "the first thing that " + frozen + " answers is what " + other + " did meanwhile");
    stage.must(stage.epoch(other, frozen) > epoch, "it has come back by itself, as a new epoch");
    List<String> history = stage.history(other, ONE, 8);
    stage.must(
        history.contains(frozen + " epoch " + epoch + " fenced"),
        "the database says that it was declared dead, and since when it may not write");
  }

  /** Changes the entity while its owner stands still. */
  private static Answer whileFrozen(TourStage stage, String frozen, String other) {
    for (int attempt = 1; ; attempt++) {
      stage.signal(frozen, "STOP");
      try {
        return stage.set(other, ONE, "finalized");
      } catch (CommandFailure failure) {
        if (attempt == FREEZES) {
          throw failure;
        }
        stage.say("it was stopped in the middle of a transaction, for which all must wait; again:");
      } finally {
        stage.signal(frozen, "CONT");
      }
    }
  }
}
