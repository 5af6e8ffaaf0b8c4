package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges a list that elements are appended to. Each element stands in the list once, so the longest
 * list that was seen tells which append made which version; every other one must be a prefix of it.
 */
final class AppendList {
  private final List<Operation> operations;
  private final boolean byRevisions;
  private final Start start;
  private final Findings findings;
  private final Map<String, Operation> appends = new HashMap<>();
  private final Map<String, Operation> refused = new HashMap<>();
  private final List<Operation> views = new ArrayList<>();
  private final List<Placed> told = new ArrayList<>();

  private AppendList(
      Start start, List<Operation> operations, boolean byRevisions, Findings findings) {
    this.start = start;
    this.operations = operations;
    this.byRevisions = byRevisions;
    this.findings = findings;
  }

  static void judge(
      Start start, List<Operation> operations, boolean byRevisions, Findings findings) {
    new AppendList(start, operations, byRevisions, findings).judge();
  }

  private void judge() {
    operations.forEach(this::sort);
    Joined first = new Joined(start.value() == null ? "" : start.value());
    Operation longestBy = longest(first);
    String seen = longestBy == null ? first.text : list(longestBy);
    Joined longest = new Joined(seen);
    if (!longest.startsWith(first.text)) {
      findings.add("a list is shown that does not begin as it did at first", longestBy);
    }
    for (Operation view : views) {
      prefix(view, longest, first.size(), longestBy);
    }
    List<Operation> made = made(first.size(), longest, longestBy);
    if (findings.none()) {
      versions(first.size(), longest, made, longestBy);
    }
  }

  private void sort(Operation operation) {
    if (operation.asked() instanceof Asked.Append append
        && (operation.refused() ? refused : appends).put(append.element(), operation) != null
        && !operation.refused()) {
      throw new IllegalArgumentException("element " + append.element() + " was appended to "
          + operation.key() + " by two calls: elements must be unique");
    }
    if (operation.done() && (operation.reads() || operation.value() != null)) {
      views.add(operation);
    }
    boolean judged = byRevisions || operation.reads();
    if (operation.refused() && operation.revision() == Entity.ABSENT) {
      if (judged) {
        absence(operation);
      }
    } else if (byRevisions && !operation.unknown() && operation.revision() != Told.UNTOLD) {
      told.add(new Placed(operation, operation.revision()));
    }
  }

  private void absence(Operation operation) {
    if (start.value() == null) {
      views.add(operation);
    } else {
      findings.add("the list was said not to exist, which it did all the time", operation);
    }
  }

  /** What an answer shows; a list that does not exist is empty. */
  private static String list(Operation view) {
    return view.refused() ? "" : view.reads() ? view.valueRead() : String.valueOf(view.value());
  }

  private @Nullable Operation longest(Joined first) {
    Operation longest = null;
    int length = first.text.length();
    for (Operation view : views) {
      if (list(view).length() > length) {
        longest = view;
        length = list(view).length();
      }
    }
    return longest;
  }

  private void prefix(Operation view, Joined longest, int first, @Nullable Operation longestBy) {
    String list = list(view);
    if (!longest.startsWith(list)) {
      findings.add("of two lists neither is the beginning of the other", view, longestBy);
      return;
    }
    int size = longest.size(list);
    long revision = start.revision() + size - first;
    if (size < first) {
      findings.add("a list is shown that is shorter than at first", view);
    } else if (byRevisions
        && view.revision() != Told.UNTOLD
        && !view.refused()
        && view.revision() != revision) {
      findings.add(
          "revision " + view.revision() + " is shown with " + size
              + " elements, which is what revision " + revision + " has",
          view);
    } else if (view.asked() instanceof Asked.Append append
        && !append.element().equals(longest.element(size - 1))) {
      findings.add("it was told a list that does not end with what it appended", view);
    }
  }

  private void versions(
      int first, Joined longest, List<Operation> made, @Nullable Operation longestBy) {
    int writes = made.size() + appends.size();
    Versions told = Versions.reaching(start.revision(), this.told, writes, findings);
    if (told == null) {
      return;
    }
    int last = Math.max(told.last(), longest.size() - first);
    Versions versions = new Versions(start.revision(), last, findings);
    for (int i = 0; i < made.size(); i++) {
      made(versions, i + 1, made.get(i), longestBy);
    }
    views.forEach(view -> versions.shown(longest.size(list(view)) - first, view));
    this.told.forEach(placed -> acknowledged(versions, placed));
    if (findings.none() && versions.settle()) {
      new Filling(versions, left(versions), (version, write) -> true, findings).judge();
    }
  }

  private static void acknowledged(Versions versions, Placed placed) {
    int version = versions.version(placed.revision());
    Operation operation = placed.operation();
    boolean known = version > 0 && operation.equals(versions.writer(version));
    if (operation.refused()) {
      versions.shown(version, operation);
    } else if (!operation.reads() && !known) {
      versions.wrote(version, operation);
    }
  }

  private void made(
      Versions versions, int version, Operation append, @Nullable Operation longestBy) {
    versions.wrote(version, append);
    boolean told = byRevisions && append.revision() != Told.UNTOLD;
    if (told && append.revision() != versions.revision(version)) {
      findings.add(
          "it stands at the place of revision " + versions.revision(version), append, longestBy);
    }
  }

  /** The appends that made the list; takes them from the others. */
  private List<Operation> made(int first, Joined longest, @Nullable Operation longestBy) {
    List<Operation> made = new ArrayList<>();
    for (int i = first; i < longest.size(); i++) {
      String element = longest.element(i);
      Operation append = appends.remove(element);
      if (append == null) {
        Operation never = refused.get(element);
        String why = never != null ? "was refused" : "nobody appended";
        String what = longest.firstOf(element) < i ? "stands in the list twice" : why;
        findings.add("element " + element + ", which " + what + ", is shown", never, longestBy);
        break;
      }
      made.add(append);
    }
    return made;
  }

  /** The appends whose version is not known, in the order of the history. */
  private List<Operation> left(Versions versions) {
    List<Operation> left = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation.asked() instanceof Asked.Append append
          && appends.containsKey(append.element())
          && !operation.refused()
          && !(byRevisions
              && operation.revision() != Told.UNTOLD
              && operation.equals(versions.writer(versions.version(operation.revision()))))) {
        left.add(operation);
      }
    }
    return left;
  }

  /** A list as one text, and where its elements end. */
  private static final class Joined {
    private final String text;
    private final int[] ends;

    Joined(String text) {
      this.text = text;
      int size =
          text.isEmpty() ? 0 : 1 + (int) text.chars().filter(c -> c == ',').count();
      this.ends = new int[size];
      for (int i = 0, at = 0; i < size; i++, at++) {
        int comma = text.indexOf(',', at);
        at = comma < 0 ? text.length() : comma;
        ends[i] = at;
      }
    }

    int size() {
      return ends.length;
    }

    String element(int i) {
      return i < 0 ? "" : text.substring(i == 0 ? 0 : ends[i - 1] + 1, ends[i]);
    }

    int firstOf(String element) {
      int i = 0;
      while (i < size() && !element(i).equals(element)) {
        i++;
      }
      return i;
    }

    boolean startsWith(String list) {
      return list.isEmpty()
          || (text.startsWith(list) && Arrays.binarySearch(ends, list.length()) >= 0);
    }

    /** How many elements a list has that this one starts with. */
    int size(String list) {
      return list.isEmpty() ? 0 : Arrays.binarySearch(ends, list.length()) + 1;
    }
  }
}
