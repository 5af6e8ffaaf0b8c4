/** The ports through which Holdfast reaches its store, arbiter, engine, codec and clock. */
@NullMarked
package dev.holdfast.spi;

import org.jspecify.annotations.NullMarked;
