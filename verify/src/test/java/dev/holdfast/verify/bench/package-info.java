/** How fast it is: benchmarks, each a program. {@code verify/bench} runs them. */
@NullMarked
package dev.holdfast.verify.bench;

import org.jspecify.annotations.NullMarked;
