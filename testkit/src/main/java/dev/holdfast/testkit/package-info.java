/** What a user of Holdfast, and Holdfast itself, tests with. */
@NullMarked
package dev.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
