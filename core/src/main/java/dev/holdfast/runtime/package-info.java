/** The runtime: it feeds the protocol with time and input, and performs its outputs. */
@NullMarked
package dev.holdfast.runtime;

import org.jspecify.annotations.NullMarked;
