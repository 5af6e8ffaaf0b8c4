/** The engine over Pekko Cluster Sharding. */
@NullMarked
package dev.holdfast.pekko;

import org.jspecify.annotations.NullMarked;
