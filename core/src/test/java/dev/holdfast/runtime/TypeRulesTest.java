package dev.holdfast.runtime;

import static dev.holdfast.protocol.Forgotten.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Change;
import dev.holdfast.EntityType;
import dev.holdfast.Outcome;
import dev.holdfast.protocol.Applier.Applied;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.StoredEntity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TypeRulesTest {
  record Counter(long count) {}

  record Act(String what) implements Change<Counter, String> {
    @Override
    public Outcome<Counter, String> applyTo(Counter counter) {
      return switch (what) {
        case "add" ->
          Outcome.<Counter, String>become(new Counter(counter.count() + 1)).reply("ok");
        case "keep" -> Outcome.<Counter, String>keep().reply("kept");
        case "delete" -> Outcome.delete();
        case "reject" -> Outcome.reject("no");
        case "reject at length" -> Outcome.reject("no".repeat(5_000));
        default -> throw new IllegalStateException("a fault");
      };
    }
  }

  private static final EntityType<Counter> TYPE = EntityType.named("counter", Counter.class)
      .accepting(Act.class)
      .checking(c -> {
        if (c.count() == 13) {
          throw new IllegalStateException("a fault");
        }
        return c.count() < 0 ? Optional.of("a count is never negative") : Optional.empty();
      });

  private final TypeRules<Counter> rules = new TypeRules<>(TYPE, new JacksonCodec(), 16);
  private final TypeRules<Counter> started =
      new TypeRules<>(TYPE.startingAs(id -> new Counter(0)), new JacksonCodec(), 16);
  private final Row absent = rules.row("x", Optional.empty());
  private final Row one = rules.row("x", stored("{\"count\":1}"));

  private static Optional<StoredEntity> stored(String json) {
    String operations = new OperationsJson(new JacksonCodec()).encode(Operations.NONE);
    return Optional.of(new StoredEntity(new EntityKey("counter", "x"), 4, json, operations, ""));
  }

  private static Request request(Kind kind, String name, String json) {
    return new Request(kind, new EntityKey("counter", "x"), "op", name, json, Request.ANY, 0);
  }

  private static Answer.Kind refusal(Applied applied) {
    return ((Applied.Refused) applied).failure().kind();
  }

  private Applied act(Row row, String what) {
    return rules.apply(row, request(Kind.CHANGE, "act", "{\"what\":\"" + what + "\"}"));
  }

  @Test
  void packedOperationsAreTheSame() {
    Operations operations =
        Operations.of(List.of(new Done("mine", 1, 3, "4"), new Done("hf-1-2", 5, 6, null)), NONE);
    assertThat(rules.packed(operations)).isNotInstanceOf(Operations.class);
    assertThat(rules.packed(operations).get()).isEqualTo(operations);
  }

  @Test
  void aRefusalIsShortWhateverItSays() {
    Answer.Failed failure = ((Applied.Refused) act(one, "reject at length")).failure();
    assertThat(failure.message()).startsWith("nono").endsWith("…").hasSizeLessThan(2_100);
  }

  @Test
  void whatIsSetIsTheValueAndTheAnswer() {
    assertThat(rules.apply(absent, request(Kind.SET, "", "{ \"count\": 2 }")))
        .isEqualTo(new Applied.Changed(new Counter(2), "{\"count\":2}", "{\"count\":2}"));
  }

  @Test
  void aPatchNeedsAValueButAnAssignmentDoesNot() {
    Applied.Changed two = new Applied.Changed(new Counter(2), "{\"count\":2}", "{\"count\":2}");
    assertThat(rules.apply(one, request(Kind.PATCH, "", "{\"count\":2}"))).isEqualTo(two);
    assertThat(rules.apply(absent, request(Kind.ASSIGN, "", "{\"count\":2}"))).isEqualTo(two);
    assertThat(refusal(rules.apply(absent, request(Kind.PATCH, "", "{}"))))
        .isEqualTo(Answer.Kind.NOT_FOUND);
    assertThat(refusal(rules.apply(absent, request(Kind.DELETE, "", ""))))
        .isEqualTo(Answer.Kind.NOT_FOUND);
  }

  @Test
  void aChangeDecides() {
    assertThat(act(one, "add"))
        .isEqualTo(new Applied.Changed(new Counter(2), "{\"count\":2}", "\"ok\""));
    assertThat(act(one, "keep")).isEqualTo(new Applied.Kept("\"kept\""));
    assertThat(act(one, "delete")).isEqualTo(new Applied.Changed(null, null, null));
    assertThat(refusal(act(one, "reject"))).isEqualTo(Answer.Kind.REJECTED);
    assertThat(refusal(act(absent, "add"))).isEqualTo(Answer.Kind.NOT_FOUND);
    assertThat(refusal(rules.apply(one, request(Kind.CHANGE, "other", "{}"))))
        .isEqualTo(Answer.Kind.UNKNOWN_CHANGE);
  }

  @Test
  void faultsOfTheTypesOwnCodeRefuse() {
    assertThat(refusal(act(one, "throw"))).isEqualTo(Answer.Kind.REJECTED);
    assertThat(refusal(rules.apply(one, request(Kind.SET, "", "{\"count\":13}"))))
        .isEqualTo(Answer.Kind.REJECTED);
  }

  @Test
  void valuesAreChecked() {
    assertThat(refusal(rules.apply(one, request(Kind.SET, "", "{\"count\":-1}"))))
        .isEqualTo(Answer.Kind.INVALID_VALUE);
    assertThat(refusal(rules.apply(one, request(Kind.SET, "", "null"))))
        .isEqualTo(Answer.Kind.INVALID_VALUE);
    assertThat(refusal(rules.apply(one, request(Kind.SET, "", "{\"count\":12345678}"))))
        .isEqualTo(Answer.Kind.TOO_LARGE);
  }

  @Test
  void halfAPairOfSurrogatesIsRefused() {
    TypeRules<String> texts = new TypeRules<>(
        dev.holdfast.EntityType.named("text", String.class), new JacksonCodec(), 99);
    assertThat(refusal(texts.apply(absent, request(Kind.SET, "", "\"\\ud800\""))))
        .isEqualTo(Answer.Kind.INVALID_VALUE);
  }

  @Test
  void aTypeWithABeginningGoesBackToItWhenDeleted() {
    assertThat(started.row("x", Optional.empty()).revision()).isZero();
    assertThat(absent.exists()).isFalse();
    assertThat(started.apply(one, request(Kind.DELETE, "", "")))
        .isEqualTo(new Applied.Changed(new Counter(0), null, null));
  }
}
