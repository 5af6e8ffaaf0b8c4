package dev.holdfast.protocol;

/** Stands in for the policy, to measure what it is good for: every reader gets its grant. */
final class GrantPolicy {
  boolean grants() {
    return true;
  }

  void changes() {}

  void revoked(int copies, int uses) {}
}
