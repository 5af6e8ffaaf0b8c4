/** The pure protocol: state, time and input go in; new state and outputs come out. */
@NullMarked
package dev.holdfast.protocol;

import org.jspecify.annotations.NullMarked;
