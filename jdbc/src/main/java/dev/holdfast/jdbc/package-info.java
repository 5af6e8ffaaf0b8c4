/** The store and the arbiter over SQL. */
@NullMarked
package dev.holdfast.jdbc;

import org.jspecify.annotations.NullMarked;
