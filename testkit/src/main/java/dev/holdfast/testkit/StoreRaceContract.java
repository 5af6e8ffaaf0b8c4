package dev.holdfast.testkit;

import static dev.holdfast.spi.Store.NO_ROW;
import static dev.holdfast.spi.Store.Result.CONFLICT;
import static dev.holdfast.spi.Store.Result.NOT_OWNER;
import static dev.holdfast.spi.Store.Result.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Store} must do when several write at once, or the claim changes hands
 * meanwhile. Extend it, say how to connect, and run it with JUnit.
 */
public abstract class StoreRaceContract extends StoreFixture {
  /** Made by the test framework. */
  protected StoreRaceContract() {}

  @Test
  void ofConcurrentWritesThatExpectTheSameRevisionOneIsWritten() {
    long token = foo().claim(1);
    write(create("a", token, "0"));
    Database second = opened();
    for (int round = 0; round < 10; round++) {
      long revision = round;
      List<Store.Result> results = race(
          6,
          i -> () -> (i % 2 == 0 ? store() : second.store())
              .write(foo().epoch(), List.of(write("a", token, revision, revision + 1, "" + i)))
              .get(0));
      assertThat(results).containsOnlyOnce(WRITTEN);
      assertThat(results.stream().filter(CONFLICT::equals)).hasSize(5);
    }
    assertThat(present("a").revision()).isEqualTo(10);
  }

  @Test
  void ofConcurrentWritesThatCreateTheSameEntityOneIsWritten() {
    long token = foo().claim(1);
    for (int round = 0; round < 10; round++) {
      String id = "entity-" + round;
      List<Store.Result> results = race(
          6,
          i -> () ->
              store().write(foo().epoch(), List.of(create(id, token, "" + i))).get(0));
      assertThat(results).containsOnlyOnce(WRITTEN);
      assertThat(results.stream().filter(CONFLICT::equals)).hasSize(5);
    }
  }

  @Test
  void batchesOfSeveralShardsInAnyOrderDoNotBlockEachOther() {
    long[] tokens =
        IntStream.range(0, SHARDS).mapToLong(shard -> foo().claim(shard)).toArray();
    List<List<Store.Result>> results = race(4, thread -> () -> {
      List<Store.Result> all = new ArrayList<>();
      for (int round = 0; round < 10; round++) {
        List<Store.Write> batch = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
          EntityKey key = order(thread + "-" + round + "-" + shard);
          batch.add(new Store.Write(key, shard, tokens[shard], NO_ROW, 0, "1", NO_OPERATIONS));
        }
        if (thread % 2 == 0) {
          Collections.reverse(batch);
        }
        all.addAll(store().write(foo().epoch(), batch));
      }
      return all;
    });
    assertThat(results).allSatisfy(all -> assertThat(all).containsOnly(WRITTEN));
  }

  @Test
  void afterABarrierNothingSentBeforeItIsWritten() {
    long[] token = {foo().claim(1)};
    write(create("a", token[0], "0"));
    for (int round = 0; round < 20; round++) {
      long sent = token[0];
      AtomicBoolean stop = new AtomicBoolean();
      Callable<Long> writing = () -> {
        long written = 0;
        while (!stop.get()) {
          long revision = present("a").revision();
          Store.Result result = write(write("a", sent, revision, revision + 1, "1"));
          if (result == NOT_OWNER) {
            return written;
          }
          written++;
        }
        return written;
      };
      Callable<Long> raising = () -> {
        OptionalLong raised = foo().database().arbiter().barrier(1, foo().epoch(), sent);
        long revision = present("a").revision();
        token[0] = raised.orElseThrow();
        return revision;
      };
      List<Long> results = race(4, i -> i == 3 ? raising : writing);
      stop.set(true);
      assertThat(present("a").revision()).isEqualTo(results.get(3));
    }
  }

  @Test
  void afterATakeoverNothingOfTheOldOwnerIsWritten() {
    for (int round = 0; round < 5; round++) {
      String name = "node-" + round;
      Node old = node(opened(), name);
      Node heir = node(opened(), name + "-heir");
      long token = old.claim(2);
      EntityKey key = order("taken-" + round);
      Callable<Long> writing = () -> {
        long revision = NO_ROW;
        while (true) {
          Store.Write write =
              new Store.Write(key, 2, token, revision, revision + 1, "1", NO_OPERATIONS);
          if (old.database().store().write(old.epoch(), List.of(write)).get(0) != WRITTEN) {
            return revision;
          }
          revision++;
        }
      };
      Callable<Long> taking = () -> {
        heir.database().arbiter().fence(old.epoch(), 0, 0);
        heir.claim(2);
        return heir.database()
            .store()
            .load(List.of(key))
            .get(0)
            .map(StoredEntity::revision)
            .orElse(NO_ROW);
      };
      List<Long> results = race(2, i -> i == 0 ? writing : taking);
      assertThat(results.get(0)).isEqualTo(results.get(1));
      heir.database().arbiter().state(heir.epoch(), NodeRow.State.LEFT);
    }
  }
}
