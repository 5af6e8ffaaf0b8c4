/**
 * The same work for Holdfast and for what else one could use, measured side by side.
 * {@code ./holdfast bench} runs it.
 */
@NullMarked
package dev.holdfast.verify.peers;

import org.jspecify.annotations.NullMarked;
