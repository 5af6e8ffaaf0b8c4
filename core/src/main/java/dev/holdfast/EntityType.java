package dev.holdfast;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A kind of entity: its name, the class of its values, and the changes it accepts. Immutable; each
 * method answers an extended copy.
 *
 * <p>A type with {@link #startingAs} has an entity under every id, which begins with that value.
 * Without it, only what was {@code set} exists.
 *
 * @param <T> the type of the values: an immutable record, or anything the codec can write and read
 */
public final class EntityType<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern CHANGE_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  /**
   * A change that a type accepts.
   *
   * @param name its name on the wire and in the database, which outlives renames of the class
   * @param changeClass the class, the only one ever made from a message of that name
   * @param replyType the type of its answer
   */
  public record Accepted<T>(
      String name, Class<? extends Change<T, ?>> changeClass, Type replyType) {}

  private final String name;
  private final Class<T> valueClass;
  private final @Nullable Function<String, T> initial;
  private final Function<T, Optional<String>> check;
  private final @Nullable String mainField;
  private final Map<String, Accepted<T>> changes;

  private EntityType(
      String name,
      Class<T> valueClass,
      @Nullable Function<String, T> initial,
      Function<T, Optional<String>> check,
      @Nullable String mainField,
      Map<String, Accepted<T>> changes) {
    this.name = name;
    this.valueClass = valueClass;
    this.initial = initial;
    this.check = check;
    this.mainField = mainField;
    this.changes = changes;
  }

  /**
   * A type of which nothing exists until it is {@code set}.
   *
   * @param name {@code [a-z][a-z0-9_]{0,62}}; it is stored with every entity
   * @throws IllegalArgumentException if the name is not one
   */
  public static <T> EntityType<T> named(String name, Class<T> valueClass) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name for a type: use a-z, 0-9 and _, at most 63, a letter first");
    }
    return new EntityType<>(
        name, Objects.requireNonNull(valueClass), null, v -> Optional.empty(), null, Map.of());
  }

  /** The type in which every id exists and starts as {@code initialOf} says: a pure function. */
  public EntityType<T> startingAs(Function<String, T> initialOf) {
    return new EntityType<>(name, valueClass, initialOf, check, mainField, changes);
  }

  /** The type that refuses values for which {@code problem} answers what is wrong with them. */
  public EntityType<T> checking(Function<T, Optional<String>> problem) {
    return new EntityType<>(name, valueClass, initial, problem, mainField, changes);
  }

  /** The type whose values are mostly about one field: {@code set id word} assigns just that. */
  public EntityType<T> mainField(String field) {
    return new EntityType<>(name, valueClass, initial, check, field, changes);
  }

  /** The type that accepts {@code changeClass}, named after its class: AddItem is add-item. */
  public EntityType<T> accepting(Class<? extends Change<T, ?>> changeClass) {
    String kebab = changeClass.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
    return accepting(kebab.toLowerCase(java.util.Locale.ROOT), changeClass);
  }

  /**
   * The type that accepts {@code changeClass} under a name of its own.
   *
   * @throws IllegalArgumentException if the name is taken or malformed, or the class does not
   *     itself say {@code implements Change<T, R>} with an R that is known
   */
  public EntityType<T> accepting(String changeName, Class<? extends Change<T, ?>> changeClass) {
    if (!CHANGE_NAME.matcher(changeName).matches() || changes.containsKey(changeName)) {
      throw new IllegalArgumentException(
          "\"" + changeName + "\" is taken, or no name for a change: use a-z, 0-9 and -");
    }
    Map<String, Accepted<T>> more = new LinkedHashMap<>(changes);
    more.put(changeName, new Accepted<>(changeName, changeClass, replyTypeOf(changeClass)));
    return new EntityType<>(
        name, valueClass, initial, check, mainField, Collections.unmodifiableMap(more));
  }

  private static Type replyTypeOf(Class<?> changeClass) {
    for (Type type : changeClass.getGenericInterfaces()) {
      if (type instanceof ParameterizedType p && p.getRawType() == Change.class) {
        return p.getActualTypeArguments()[1];
      }
    }
    throw new IllegalArgumentException(
        changeClass.getName() + " must itself say \"implements Change<value, answer>\"");
  }

  /** The name, as stored. */
  public String name() {
    return name;
  }

  /** The class of the values. */
  public Class<T> valueClass() {
    return valueClass;
  }

  /** The value that {@code id} starts with; empty if it does not exist until it is set. */
  public Optional<T> initialValue(String id) {
    return initial == null ? Optional.empty() : Optional.of(initial.apply(id));
  }

  /** What is wrong with {@code value}; empty if nothing is. */
  public Optional<String> problemWith(T value) {
    return check.apply(value);
  }

  /** The main field, if there is one. */
  public Optional<String> mainField() {
    return Optional.ofNullable(mainField);
  }

  /** The accepted changes by name. */
  public Map<String, Accepted<T>> changes() {
    return changes;
  }

  @Override
  public String toString() {
    return "entity type " + name;
  }
}
