/**
 * Real nodes under real faults, with clients at work all the time, whose whole history is judged:
 * {@code ./holdfast verify}.
 */
@org.jspecify.annotations.NullMarked
package dev.holdfast.verify.fire;
