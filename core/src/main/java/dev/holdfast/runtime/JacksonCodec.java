package dev.holdfast.runtime;

import dev.holdfast.spi.Codec;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON by Jackson: strict in what it reads (no unknown fields, no doubled ones, nothing after the
 * end, 64 levels, no text for a number or the other way round), exact with decimals, enum constants
 * in lower case. Never makes a class that JSON names. Thread-safe.
 */
final class JacksonCodec implements Codec {
  private static final int DEEPEST = 64;

  /** Where the parser read, which it does not tell anyway. */
  private static final Pattern SOURCE =
      Pattern.compile("\\s*\\(?(start marker at )?[\\[(]*Source: REDACTED.*");

  private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
      .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
      .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
      .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
      .build();

  @Override
  public String encode(@Nullable Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new CodecException("cannot be written as JSON: " + e.getOriginalMessage());
    }
  }

  @Override
  public @Nullable Object decode(String json, Type type) {
    try {
      Object value = mapper.readValue(json, mapper.constructType(type));
      return value instanceof JsonNode node && node.isNull() ? null : value;
    } catch (JacksonException e) {
      throw new CodecException(explained(e));
    }
  }

  @Override
  public String merge(String json, String patch) {
    try {
      return encode(merged(mapper.readTree(json), mapper.readTree(patch)));
    } catch (JacksonException e) {
      throw new CodecException(explained(e));
    }
  }

  /** RFC 7396, section 2. */
  private JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode fields)) {
      return patch;
    }
    ObjectNode result = target instanceof ObjectNode object ? object : mapper.createObjectNode();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      JsonNode old = result.path(field.getKey());
      if (field.getValue().isNull()) {
        result.remove(field.getKey());
      } else {
        result.set(field.getKey(), merged(old, field.getValue()));
      }
    }
    return result;
  }

  @Override
  public boolean isScalar(String json) {
    try {
      JsonNode node = mapper.readTree(json);
      return node.isString() || node.isNumber() || node.isBoolean();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static String explained(JacksonException e) {
    if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
      String allowed = Arrays.stream(wrong.getTargetType().getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name().toLowerCase(java.util.Locale.ROOT))
          .collect(Collectors.joining(", "));
      return path(wrong) + " must be one of " + allowed + ", not \"" + wrong.getValue() + "\"";
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown field \"" + unknown.getPropertyName() + "\"; known are "
          + unknown.getKnownPropertyIds();
    }
    if (e instanceof DatabindException wrong && !wrong.getPath().isEmpty()) {
      return path(wrong) + ": " + firstLine(e.getOriginalMessage());
    }
    if (e instanceof StreamReadException) {
      return "not JSON (line " + e.getLocation().getLineNr() + ", column "
          + e.getLocation().getColumnNr() + "): " + firstLine(e.getOriginalMessage());
    }
    return firstLine(e.getOriginalMessage());
  }

  private static String path(DatabindException e) {
    return e.getPath().stream()
        .map(step -> step.getPropertyName() != null ? step.getPropertyName() : "" + step.getIndex())
        .collect(Collectors.joining("."));
  }

  private static String firstLine(String message) {
    return SOURCE.matcher(message.lines().findFirst().orElse("not readable")).replaceAll("");
  }
}
