/**
 * Records what clients asked and were told. Not to be confused with the history of owners, which a
 * node tells.
 */
@NullMarked
package dev.holdfast.testkit.history;

import org.jspecify.annotations.NullMarked;
