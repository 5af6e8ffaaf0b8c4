package dev.holdfast.testkit;

import static dev.holdfast.spi.Store.NO_ROW;
import static dev.holdfast.spi.Store.Result.CONFLICT;
import static dev.holdfast.spi.Store.Result.NOT_OWNER;
import static dev.holdfast.spi.Store.Result.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Store} must do. Extend it, say how to connect, and run it with JUnit. */
public abstract class StoreContract extends StoreFixture {
  /** Made by the test framework. */
  protected StoreContract() {}

  @Test
  void whatWasWrittenIsThere() {
    long token = foo().claim(1);
    Store.Write write = new Store.Write(
        order("a"), 1, token, NO_ROW, 0, "{\"state\":\"working\"}", "[[\"op-1\",5]]");
    assertThat(write(write)).isEqualTo(WRITTEN);

    StoredEntity entity = present("a");
    assertThat(entity.key()).isEqualTo(order("a"));
    assertThat(entity.revision()).isZero();
    assertSameJson(entity.json(), "{\"state\":\"working\"}");
    assertSameJson(entity.operations(), "[[\"op-1\",5]]");
    assertThat(entity.owner()).isEmpty();
  }

  @Test
  void anUpdateReplacesValueRevisionAndOperations() {
    long token = foo().claim(1);
    write(create("a", token, "1"));
    Store.Write update = new Store.Write(order("a"), 1, token, 0, 7, "2", "[\"later\"]");
    assertThat(write(update)).isEqualTo(WRITTEN);

    assertThat(present("a").revision()).isEqualTo(7);
    assertSameJson(present("a").json(), "2");
    assertSameJson(present("a").operations(), "[\"later\"]");
  }

  @Test
  void whatOneNodeWroteAnotherReads() {
    write(create("a", foo().claim(1), "1"));
    Store other = opened().store();
    assertThat(other.load(List.of(order("a"))).get(0)).isPresent();
  }

  @Test
  void whatWasWrittenOutlivesTheConnection() {
    write(create("a", foo().claim(1), "1"));
    foo().database().close();
    assertThat(opened().store().load(List.of(order("a"))).get(0)).isPresent();
  }

  @Test
  void loadAnswersInTheOrderOfItsKeysAndIsEmptyWhereNoRowIs() {
    long token = foo().claim(1);
    store().write(foo().epoch(), List.of(create("a", token, "1"), create("b", token, "2")));
    List<EntityKey> keys =
        List.of(order("b"), order("none"), order("a"), new EntityKey("other", "a"));
    assertThat(store().load(keys))
        .extracting(found -> found.map(entity -> entity.key().id()).orElse("-"))
        .containsExactly("b", "-", "a", "-");
    assertThat(store().load(List.of())).isEmpty();
  }

  @Test
  void writingNothingIsAllowed() {
    assertThat(store().write(foo().epoch(), List.of())).isEmpty();
  }

  @Test
  void aWriteToAShardThatNobodyOwnsIsRefused() {
    assertThat(write(create("a", 0, "1"))).isEqualTo(NOT_OWNER);
    assertThat(load("a")).isNull();
  }

  @Test
  void aWriteUnderAnOldTokenIsRefused() {
    long old = foo().claim(1);
    long token = foo().claim(1);
    assertThat(write(create("a", old, "1"))).isEqualTo(NOT_OWNER);
    assertThat(load("a")).isNull();
    assertThat(write(create("a", token, "1"))).isEqualTo(WRITTEN);
  }

  @Test
  void aWriteUnderATokenYetToComeIsRefused() {
    long token = foo().claim(1);
    assertThat(write(create("a", token + 1, "1"))).isEqualTo(NOT_OWNER);
  }

  @Test
  void aWriteUnderAnotherNodesClaimIsRefused() {
    Node bar = node(opened(), "bar");
    long token = bar.claim(1);
    assertThat(write(create("a", token, "1"))).isEqualTo(NOT_OWNER);
    assertThat(load("a")).isNull();
  }

  @Test
  void aWriteAfterTheReleaseIsRefused() {
    long token = foo().claim(1);
    foo().database().arbiter().release(1, foo().epoch(), token);
    assertThat(write(create("a", token, "1"))).isEqualTo(NOT_OWNER);
  }

  @Test
  void aFencedNodeCannotWriteEvenBeforeItsClaimIsTaken() {
    long token = foo().claim(1);
    assertThat(opened().arbiter().fence(foo().epoch(), 0, 0)).isTrue();
    assertThat(write(create("a", token, "1"))).isEqualTo(NOT_OWNER);
    assertThat(load("a")).isNull();
  }

  @Test
  void aDrainingAndAnEvictedNodeCanStillWrite() {
    long token = foo().claim(1);
    foo().database().arbiter().state(foo().epoch(), NodeRow.State.DRAINING);
    assertThat(write(create("a", token, "1"))).isEqualTo(WRITTEN);
    foo().database().arbiter().state(foo().epoch(), NodeRow.State.EVICTING);
    assertThat(write(create("b", token, "1"))).isEqualTo(WRITTEN);
  }

  @Test
  void afterATakeoverOnlyTheNewOwnerCanWrite() {
    long old = foo().claim(1);
    write(create("a", old, "1"));
    Node bar = node(opened(), "bar");
    bar.database().arbiter().fence(foo().epoch(), 0, 0);
    long token = bar.claim(1);

    assertThat(write(write("a", old, 0, 1, "2"))).isEqualTo(NOT_OWNER);
    assertThat(bar.database().store().write(bar.epoch(), List.of(write("a", token, 0, 1, "3"))))
        .containsExactly(WRITTEN);
    assertSameJson(present("a").json(), "3");
  }

  @Test
  void aWriteThatExpectsAnotherRevisionIsAConflict() {
    long token = foo().claim(1);
    write(create("a", token, "1"));
    assertThat(write(write("a", token, 1, 2, "2"))).isEqualTo(CONFLICT);
    assertThat(write(write("a", token, NO_ROW, 0, "2"))).isEqualTo(CONFLICT);
    assertThat(write(write("absent", token, 0, 1, "2"))).isEqualTo(CONFLICT);
    assertThat(present("a").revision()).isZero();
    assertSameJson(present("a").json(), "1");
    assertThat(load("absent")).isNull();
  }

  @Test
  void aWriteThatNamesAnotherShardThanTheRowIsAConflict() {
    write(create("a", foo().claim(1), "1"));
    long token = foo().claim(2);
    Store.Write elsewhere = new Store.Write(order("a"), 2, token, 0, 1, "2", NO_OPERATIONS);
    assertThat(write(elsewhere)).isEqualTo(CONFLICT);
    assertSameJson(present("a").json(), "1");
  }

  @Test
  void eachWriteOfABatchHasItsOwnResult() {
    long token = foo().claim(1);
    long other = foo().claim(2);
    write(create("old", token, "1"));
    List<Store.Write> batch = List.of(
        create("new", token, "1"),
        create("late", token - 1, "1"),
        write("old", token, 5, 6, "2"),
        new Store.Write(order("there"), 2, other, NO_ROW, 0, "1", NO_OPERATIONS),
        new Store.Write(order("free"), 3, 1, NO_ROW, 0, "1", NO_OPERATIONS),
        write("gone", token, 0, 1, null));
    assertThat(store().write(foo().epoch(), batch))
        .containsExactly(WRITTEN, NOT_OWNER, CONFLICT, WRITTEN, NOT_OWNER, CONFLICT);
    assertThat(load("new")).isNotNull();
    assertThat(load("late")).isNull();
    assertThat(load("there")).isNotNull();
    assertThat(load("free")).isNull();
    assertThat(load("gone")).isNull();
    assertThat(present("old").revision()).isZero();
  }

  @Test
  void thousandsOfWritesFitIntoABatch() {
    long token = foo().claim(1);
    List<Store.Write> batch = IntStream.range(0, 2000)
        .mapToObj(i -> create("id-" + i, token, "{\"n\":" + i + "}"))
        .toList();
    assertThat(store().write(foo().epoch(), batch)).hasSize(2000).containsOnly(WRITTEN);
    List<EntityKey> keys = batch.stream().map(Store.Write::key).toList();
    assertThat(store().load(keys)).allMatch(Optional::isPresent);
  }

  @Test
  void aDeletionKeepsTheRowAndItsRevision() {
    long token = foo().claim(1);
    write(create("a", token, "1"));
    assertThat(write(write("a", token, 0, 1, null))).isEqualTo(WRITTEN);

    assertThat(present("a").json()).isNull();
    assertThat(present("a").revision()).isEqualTo(1);
    assertThat(write(create("a", token, "2"))).isEqualTo(CONFLICT);
    assertThat(write(write("a", token, 1, 2, "2"))).isEqualTo(WRITTEN);
    assertSameJson(present("a").json(), "2");
  }

  @Test
  void jsonsNullIsAValueAndNoDeletion() {
    write(create("a", foo().claim(1), "null"));
    assertThat(present("a").json()).isEqualTo("null");
    assertThat(store().list("order", "", 10)).hasSize(1);
  }

  @Test
  void idsWithQuotesAndEmojiComeBackUnchanged() {
    long token = foo().claim(1);
    List<String> ids = List.of(
        "o'neil",
        "\"quoted\"",
        "100%",
        "a_b",
        "back\\slash",
        "{a,b}",
        "; DROP TABLE x",
        " spaces ",
        "NULL",
        "null",
        "ünïcödé",
        "日本語",
        "🦊🦊",
        "e\u0301",
        "?",
        "$1",
        ":x",
        "x".repeat(256));
    List<Store.Write> batch =
        ids.stream().map(id -> create(id, token, "\"" + ids.indexOf(id) + "\"")).toList();
    assertThat(store().write(foo().epoch(), batch)).containsOnly(WRITTEN);
    for (String id : ids) {
      assertThat(present(id).key().id()).isEqualTo(id);
      assertSameJson(present(id).json(), "\"" + ids.indexOf(id) + "\"");
    }
    assertThat(store().list("order", "", 100))
        .extracting(entity -> entity.key().id())
        .containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void valuesComeBackAsTheSameJson() {
    long token = foo().claim(1);
    List<String> values = List.of(
        "{}",
        "[]",
        "\"\"",
        "true",
        "0",
        "-1.5e-7",
        "12345678901234567890123456789",
        "1.10",
        "{\"b\":1,\"a\":{\"c\":[1,\"zwei\",null,false]}}",
        "\"\\\"\\\\\\n\\u0001\"",
        "\"\\u0000\"",
        "\"🦊 'it''s' %s ?\"",
        "\"\\ud83e\\udd8a\"",
        "{\"\":\"\"}");
    for (int i = 0; i < values.size(); i++) {
      assertThat(write(create("v" + i, token, values.get(i)))).as(values.get(i)).isEqualTo(WRITTEN);
      assertSameJson(present("v" + i).json(), values.get(i));
    }
  }

  @Test
  void theLargestValueFits() {
    long token = foo().claim(1);
    String largest = "\"" + "x".repeat(LARGEST_VALUE - 2) + "\"";
    List<Store.Write> batch = IntStream.range(0, 8)
        .mapToObj(i -> create("large-" + i, token, largest))
        .toList();
    assertThat(store().write(foo().epoch(), batch)).containsOnly(WRITTEN);
    assertThat(present("large-7").json()).isEqualTo(largest);
  }

  @Test
  void aValueThatIsNoJsonIsCertainlyNotWrittenAndNeitherIsItsBatch() {
    long token = foo().claim(1);
    List<Store.Write> batch = List.of(create("good", token, "1"), create("bad", token, "{"));
    assertThatExceptionOfType(DatabaseException.class)
        .isThrownBy(() -> store().write(foo().epoch(), batch))
        .matches(failure -> !failure.unknown(), "known not to be done");
    assertThat(load("good")).isNull();
    assertThat(write(create("good", token, "1"))).isEqualTo(WRITTEN);
  }

  @Test
  void listIsInTheOrderOfCodePoints() {
    long token = foo().claim(1);
    // As UTF-16 the fox, a pair of surrogates, would come before the full-width tilde.
    List<String> ids = List.of("A", "B", "Z", "a", "aa", "b", "ä", "\uff5e", "🦊");
    List<String> shuffled = new ArrayList<>(ids);
    Collections.reverse(shuffled);
    store()
        .write(
            foo().epoch(), shuffled.stream().map(id -> create(id, token, "1")).toList());
    assertThat(listed("", 100)).containsExactlyElementsOf(ids);
    assertThat(listed("a", 100)).containsExactly("aa", "b", "ä", "\uff5e", "🦊");
    assertThat(listed("\uff5e", 100)).containsExactly("🦊");
    assertThat(listed("", 2)).containsExactly("A", "B");
    assertThat(listed("aaa", 1)).containsExactly("b");
    assertThat(listed("🦊", 1)).isEmpty();
  }

  private List<String> listed(String after, int limit) {
    return store().list("order", after, limit).stream()
        .map(entity -> entity.key().id())
        .toList();
  }

  @Test
  void listHasOneTypeAndNothingDeleted() {
    long token = foo().claim(1);
    store()
        .write(
            foo().epoch(),
            List.of(
                create("a", token, "1"),
                create("b", token, "2"),
                new Store.Write(
                    new EntityKey("orders", "c"), 1, token, NO_ROW, 0, "3", NO_OPERATIONS)));
    write(write("a", token, 0, 1, null));
    assertThat(listed("", 100)).containsExactly("b");
    StoredEntity entity = store().list("order", "", 100).get(0);
    assertSameJson(entity.json(), "2");
    assertThat(entity.revision()).isZero();
  }

  @Test
  void listNamesTheLiveOwnerOfEachShard() {
    long token = foo().claim(1);
    write(create("a", token, "1"));
    assertThat(store().list("order", "", 1).get(0).owner()).isEqualTo("foo");

    foo().database().arbiter().release(1, foo().epoch(), token);
    assertThat(store().list("order", "", 1).get(0).owner()).isEmpty();

    foo().claim(1);
    foo().database().arbiter().state(foo().epoch(), NodeRow.State.LEFT);
    assertThat(store().list("order", "", 1).get(0).owner()).isEmpty();
  }

  @Test
  void aTypeIsKnownOnceAnyOfItsEntitiesHasARow() {
    assertThat(store().knows("order")).isFalse();
    long token = foo().claim(1);
    write(create("a", token, "1"));
    assertThat(store().knows("order")).isTrue();
    assertThat(store().knows("ORDER")).isFalse();
    write(write("a", token, 0, 1, null));
    assertThat(store().knows("order")).isTrue();
  }

  private OptionalLong confirm(String id, long token) {
    List<OptionalLong> answers =
        store().confirm(foo().epoch(), List.of(new Store.Held(order(id), 1, token)));
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @Test
  void aConfirmationTellsTheRevisionWhileTheClaimIsHeld() {
    long token = foo().claim(1);
    assertThat(confirm("a", token)).hasValue(NO_ROW);
    write(create("a", token, "1"));
    assertThat(confirm("a", token)).hasValue(0);
    write(write("a", token, 0, 1, null));
    assertThat(confirm("a", token)).as("deleted").hasValue(1);
    assertThat(store().confirm(foo().epoch(), List.of())).isEmpty();
  }

  @Test
  void nothingIsConfirmedUnderAnotherToken() {
    long old = foo().claim(1);
    write(create("a", old, "1"));
    long token = foo().database().arbiter().barrier(1, foo().epoch(), old).orElseThrow();
    assertThat(confirm("a", old)).isEmpty();
    assertThat(confirm("a", token + 1)).isEmpty();
    assertThat(confirm("a", token)).hasValue(0);
    foo().database().arbiter().release(1, foo().epoch(), token);
    assertThat(confirm("a", token)).isEmpty();
  }

  @Test
  void nothingIsConfirmedToWhoIsNotTheOwnerOrNotLive() {
    long token = foo().claim(1);
    write(create("a", token, "1"));
    Node bar = node(opened(), "bar");
    List<Store.Held> held = List.of(new Store.Held(order("a"), 1, token));
    assertThat(bar.database().store().confirm(bar.epoch(), held))
        .containsExactly(OptionalLong.empty());
    foo().database().arbiter().state(foo().epoch(), NodeRow.State.DRAINING);
    assertThat(confirm("a", token)).hasValue(0);
    opened().arbiter().fence(foo().epoch(), 0, 0);
    assertThat(confirm("a", token)).isEmpty();
  }

  @Test
  void confirmationsAreAnsweredInOrderEachByItself() {
    long one = foo().claim(1);
    long two = foo().claim(2);
    write(create("a", one, "1"));
    write(write("a", one, 0, 5, "2"));
    write(create("b", one, "1"));
    List<Store.Held> held = List.of(
        new Store.Held(order("b"), 1, one),
        new Store.Held(order("c"), 1, one - 1),
        new Store.Held(order("none"), 2, two),
        new Store.Held(order("a"), 1, one),
        new Store.Held(order("free"), 3, 1));
    assertThat(store().confirm(foo().epoch(), held))
        .containsExactly(
            OptionalLong.of(0),
            OptionalLong.empty(),
            OptionalLong.of(NO_ROW),
            OptionalLong.of(5),
            OptionalLong.empty());
  }

  @Test
  void aKeyMayBeLoadedTwiceAtOnce() {
    write(create("a", foo().claim(1), "1"));
    assertThat(store().load(List.of(order("a"), order("b"), order("a"))))
        .extracting(Optional::isPresent)
        .containsExactly(true, false, true);
  }
}
