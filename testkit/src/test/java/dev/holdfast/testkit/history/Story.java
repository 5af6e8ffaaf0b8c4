package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A history of one key that a test tells call by call. */
final class Story {
  private final List<Operation> operations = new ArrayList<>();
  private final HistoryChecker checker;

  private Story(HistoryChecker checker) {
    this.checker = checker;
  }

  static Story byRevisions(Start start) {
    return new Story(HistoryChecker.byRevisions().starting(key -> start));
  }

  static Story withoutRevisions(Start start) {
    return new Story(HistoryChecker.withoutRevisions().starting(key -> start));
  }

  private Story add(Asked asked, long called, long returned, Told told) {
    String client = Integer.toString(operations.size() + 1);
    operations.add(new Operation("k", client, asked, called, returned, told));
    return this;
  }

  Story done(Asked asked, long called, long returned) {
    return add(asked, called, returned, new Told.Done(Told.UNTOLD, null));
  }

  Story done(Asked asked, long called, long returned, long revision) {
    return add(asked, called, returned, new Told.Done(revision, null));
  }

  Story done(Asked asked, long called, long returned, long revision, @Nullable String value) {
    return add(asked, called, returned, new Told.Done(revision, value));
  }

  /** Done, with an answer that tells the value alone. */
  Story shown(Asked asked, long called, long returned, String value) {
    return add(asked, called, returned, new Told.Done(Told.UNTOLD, value));
  }

  Story refused(Asked asked, long called, long returned) {
    return add(asked, called, returned, new Told.Refused("busy", Told.UNTOLD));
  }

  Story refused(Asked asked, long called, long returned, long revision) {
    return add(asked, called, returned, new Told.Refused("mismatch", revision));
  }

  Story absent(Asked asked, long called, long returned) {
    return add(asked, called, returned, new Told.Refused("not-found", Entity.ABSENT));
  }

  Story unknown(Asked asked, long called) {
    return add(asked, called, Long.MAX_VALUE, new Told.Unknown("time is up"));
  }

  Verdict verdict() {
    return checker.judge(operations);
  }

  /** What is wrong, and who contradict each other. */
  String wrong() {
    List<Violation> violations = verdict().violations();
    if (violations.isEmpty()) {
      return "nothing";
    }
    Violation first = violations.get(0);
    List<String> clients = first.operations().stream().map(Operation::client).toList();
    return first.what() + " " + clients;
  }
}
