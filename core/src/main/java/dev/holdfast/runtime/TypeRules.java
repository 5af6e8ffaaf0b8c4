package dev.holdfast.runtime;

import dev.holdfast.Change;
import dev.holdfast.EntityType;
import dev.holdfast.Outcome;
import dev.holdfast.protocol.Applier;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Codec;
import dev.holdfast.spi.Codec.CodecException;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an entity type, the codec and the limits make of requests and rows. Thread-safe. */
final class TypeRules<T> implements Applier {
  private static final int LONGEST_REFUSAL = 2_000;

  private final EntityType<T> type;
  private final Codec codec;
  private final OperationsJson operations;
  private final int largestValue;

  TypeRules(EntityType<T> type, Codec codec, int largestValue) {
    this.type = type;
    this.codec = codec;
    this.operations = new OperationsJson(codec);
    this.largestValue = largestValue;
  }

  EntityType<T> type() {
    return type;
  }

  /** The row as it is before anything happens to it. */
  Row row(String id, Optional<StoredEntity> stored) {
    if (stored.isEmpty()) {
      Optional<T> initial = type.initialValue(id);
      long revision = initial.isPresent() ? 0 : Store.NO_ROW;
      return new Row(Store.NO_ROW, revision, initial.orElse(null), Operations.NONE);
    }
    StoredEntity entity = stored.get();
    String json = entity.json();
    Object value =
        json == null ? type.initialValue(id).orElse(null) : codec.decode(json, type.valueClass());
    return new Row(
        entity.revision(), entity.revision(), value, operations.decode(entity.operations()));
  }

  /** The value; null if it does not fit the type. */
  @Nullable T value(String json) {
    try {
      return type.valueClass().cast(codec.decode(json, type.valueClass()));
    } catch (CodecException e) {
      return null;
    }
  }

  @Override
  public Applied apply(Row row, Request request) {
    try {
      return switch (request.kind()) {
        case SET -> become(request.json());
        case ASSIGN ->
          become(codec.merge(row.value() == null ? "{}" : encoded(row), request.json()));
        case PATCH ->
          row.exists() ? become(codec.merge(encoded(row), request.json())) : absent(request);
        case DELETE -> row.exists() ? deleted(request, null) : absent(request);
        case CHANGE -> change(row, request);
        case GET, CONFIRM -> throw new IllegalArgumentException("a read changes nothing");
      };
    } catch (CodecException e) {
      return refused(Answer.Kind.INVALID_VALUE, request.key() + ": " + e.getMessage());
    } catch (RuntimeException e) { // the type's own code: its check, its initial value, its change
      return refused(Answer.Kind.REJECTED, request.key() + ": it failed with " + e);
    }
  }

  private Applied become(String json) {
    return become(decoded(json), true, null);
  }

  private T decoded(String json) {
    T value = type.valueClass().cast(codec.decode(json, type.valueClass()));
    if (value == null) {
      throw new CodecException("null is no value; delete the entity instead");
    }
    return value;
  }

  private Applied become(T value, boolean answerValue, @Nullable String answer) {
    Optional<String> problem = type.problemWith(value);
    if (problem.isPresent()) {
      return refused(Answer.Kind.INVALID_VALUE, problem.get());
    }
    String json = codec.encode(value);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (!new String(bytes, StandardCharsets.UTF_8).equals(json)) {
      return refused(
          Answer.Kind.INVALID_VALUE,
          "text must be well-formed Unicode: half a pair of surrogates cannot be stored");
    }
    if (bytes.length > largestValue) {
      return refused(
          Answer.Kind.TOO_LARGE,
          "the value has " + bytes.length + " bytes; the limit is " + largestValue);
    }
    return new Applied.Changed(value, json, answerValue ? json : answer);
  }

  private Applied deleted(Request request, @Nullable String answer) {
    return new Applied.Changed(type.initialValue(request.key().id()).orElse(null), null, answer);
  }

  private Applied change(Row row, Request request) {
    EntityType.Accepted<T> accepted = type.changes().get(request.name());
    if (accepted == null) {
      return refused(
          Answer.Kind.UNKNOWN_CHANGE,
          type + " accepts no change \"" + request.name() + "\"; it accepts "
              + type.changes().keySet());
    }
    Object change = codec.decode(request.json(), accepted.changeClass());
    if (change == null) {
      throw new CodecException("null is no change");
    }
    return outcome(row, request, accepted.changeClass().cast(change));
  }

  private <R> Applied outcome(Row row, Request request, Change<T, R> change) {
    T current = type.valueClass().cast(row.value());
    if (current == null) {
      return absent(request);
    }
    Outcome<T, R> outcome;
    try {
      outcome = change.applyTo(current);
    } catch (RuntimeException e) {
      return refused(Answer.Kind.REJECTED, request.name() + " failed: " + e);
    }
    R reply = outcome.reply();
    String answer = reply == null ? null : codec.encode(reply);
    T value = outcome.value();
    return switch (outcome.effect()) {
      case BECOME -> value == null ? absent(request) : become(value, false, answer);
      case KEEP -> new Applied.Kept(answer);
      case DELETE -> deleted(request, answer);
      case REJECT -> refused(Answer.Kind.REJECTED, outcome.reason());
    };
  }

  private static Applied absent(Request request) {
    return refused(Answer.Kind.NOT_FOUND, request.key() + " does not exist");
  }

  /** What a value or somebody's code says may be as long as it likes. */
  private static Applied refused(Answer.Kind kind, String message) {
    String said =
        message.length() > LONGEST_REFUSAL ? message.substring(0, LONGEST_REFUSAL) + "…" : message;
    return new Applied.Refused(new Answer.Failed(kind, said, 0));
  }

  private String encoded(Row row) {
    return codec.encode(row.value());
  }

  @Override
  public String encode(Object value) {
    return codec.encode(value);
  }

  @Override
  public Supplier<Operations> packed(Operations unpacked) {
    return OperationsJson.packed(OperationsBytes.write(unpacked));
  }
}
