package dev.holdfast.verify.peers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one repetition of one piece of work gave: a line of JSON, which is how a peer that runs as a
 * program of its own tells it. Immutable.
 *
 * @param peer the peer's name
 * @param work the name of the work
 * @param concurrency how many calls were under way; 0 where that says nothing
 * @param entities how many entities were asked for; 0 where that says nothing
 * @param choice how they were chosen, such as {@code zipfian}
 * @param nodes how many nodes there were; 0 where that says nothing
 * @param medianMicros of one call; of one read, where there are both
 * @param p99Micros that time was not exceeded by 99 % of them
 * @param setMedianMicros of one change, where there are both
 * @param perSecond calls that were answered
 * @param bytes of memory for one entity
 * @param failed calls that failed
 * @param repetition which repetition, from 1
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
record Measurement(
    String peer,
    String work,
    int concurrency,
    int entities,
    @Nullable String choice,
    int nodes,
    @JsonProperty("median_us") @Nullable Double medianMicros,
    @JsonProperty("p99_us") @Nullable Double p99Micros,
    @JsonProperty("set_median_us") @Nullable Double setMedianMicros,
    @JsonProperty("per_second") @Nullable Double perSecond,
    @Nullable Double bytes,
    long failed,
    int repetition) {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .build();

  /** Empty for a line that is something else. */
  static Optional<Measurement> parse(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      Measurement read = MAPPER.readValue(line, Measurement.class);
      boolean whole = read.peer != null && read.work != null;
      return whole ? Optional.of(read) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Those among the lines that are such. */
  static Stream<Measurement> all(Stream<String> lines) {
    return lines.map(Measurement::parse).flatMap(Optional::stream);
  }

  @JsonIgnore
  @Nullable Double medianMillis() {
    return medianMicros == null ? null : medianMicros / 1e3;
  }

  String line() {
    return MAPPER.writeValueAsString(this);
  }

  Measurement inRepetition(int number) {
    return new Measurement(
        peer,
        work,
        concurrency,
        entities,
        choice,
        nodes,
        medianMicros,
        p99Micros,
        setMedianMicros,
        perSecond,
        bytes,
        failed,
        number);
  }
}
