package dev.holdfast.testkit.history;

/** An operation, and the revision that it was told of or that its answer gives away. */
record Placed(Operation operation, long revision) {}
