/** What is never published: the rules of the code, the simulator and runs on real processes. */
@NullMarked
package dev.holdfast.verify;

import org.jspecify.annotations.NullMarked;
