/** The public API: entities that have exactly one live owner across your servers. */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
