package dev.holdfast.testkit.history;

import org.jspecify.annotations.Nullable;

/** Which versions of a key are a value, and which its absence, and who says so. */
final class Presence {
  private final Versions versions;
  private final Findings findings;
  private final @Nullable Boolean[] exists;
  private final @Nullable Operation[] by;

  Presence(Versions versions, boolean atFirst, Findings findings) {
    this.versions = versions;
    this.findings = findings;
    this.exists = new Boolean[versions.last() + 1];
    this.by = new Operation[versions.last() + 1];
    exists[0] = atFirst;
  }

  void learn(int version, boolean there, Operation from) {
    Boolean known = exists[version];
    if (known == null) {
      exists[version] = there;
      by[version] = from;
    } else if (known != there) {
      findings.add(
          "revision " + versions.revision(version) + " is a value to one, and to the other the key"
              + " does not exist then",
          by[version],
          from);
    }
  }

  /** What a write that was done tells of the version that it made, and of the one before. */
  void learn(int version, Operation write, boolean leavesValue) {
    learn(version, leavesValue, write);
    if (write.asked() instanceof Asked.WriteIf writeIf) {
      learn(version - 1, writeIf.expected() >= 0, write);
    } else if (write.asked() instanceof Asked.Delete) {
      learn(version - 1, true, write);
    }
  }

  boolean may(int version, boolean there) {
    Boolean known = exists[version];
    return known == null || known == there;
  }

  /** Whether a write fits between what is known of the version and the one before. */
  boolean may(int version, Operation write, boolean leavesValue) {
    if (!may(version, leavesValue)) {
      return false;
    }
    if (write.asked() instanceof Asked.WriteIf writeIf) {
      return may(version - 1, writeIf.expected() >= 0);
    }
    return !(write.asked() instanceof Asked.Delete) || may(version - 1, true);
  }

  /** Nothing is deleted but where it is known already. */
  void nothingElseIsDeleted() {
    for (int i = 0; i < exists.length; i++) {
      if (exists[i] == null) {
        exists[i] = true;
      }
    }
  }
}
