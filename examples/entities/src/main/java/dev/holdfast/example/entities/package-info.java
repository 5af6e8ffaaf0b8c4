/** Two entities and their workers, as part of a bigger application. */
@NullMarked
package dev.holdfast.example.entities;

import org.jspecify.annotations.NullMarked;
