package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.spi.Store;
import dev.holdfast.verify.simulation.EntityTable.Write;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gathers a node's writes into statements: while one is under way the next one fills. Each is
 * answered, or lost, as a whole.
 */
final class SimulatedWrites {
  private record Waiting(Write write, Consumer<Input> then) {}

  private final SimulatedNode node;
  private final List<Waiting> queue = new ArrayList<>();
  private int idle;

  SimulatedWrites(SimulatedNode node) {
    this.node = node;
    this.idle = node.world.weather.writers;
  }

  /** Calls back with what is to be told to the entity's owner. */
  void add(Write write, Consumer<Input> then) {
    queue.add(new Waiting(write, then));
    send();
  }

  private void send() {
    if (idle == 0 || queue.isEmpty()) {
      return;
    }
    idle--;
    List<Waiting> batch = batch();
    if (batch.size() > 1) {
      node.world.reached(State.BATCH_OF_SEVERAL);
    }
    node.send(
        "write",
        batch.get(0).write.entity(),
        node.world
            .database
            .entities()
            .write(node.epoch(), batch.stream().map(Waiting::write).toList()),
        results -> answered(batch, (List<?>) results),
        unknown -> failed(batch, unknown));
  }

  /** Each entity once, in one order, so that no two statements wait for each other. */
  private List<Waiting> batch() {
    List<Waiting> batch = new ArrayList<>();
    Set<Integer> taken = new LinkedHashSet<>();
    for (Iterator<Waiting> i = queue.iterator(); i.hasNext(); ) {
      Waiting next = i.next();
      if (taken.add(next.write.entity())) {
        batch.add(next);
        i.remove();
      }
    }
    batch.sort(Comparator.comparingInt(waiting -> waiting.write.entity()));
    return batch;
  }

  private void answered(List<Waiting> batch, List<?> results) {
    idle++;
    for (int i = 0; i < batch.size(); i++) {
      Object result = results.get(i);
      batch
          .get(i)
          .then
          .accept(
              result == Store.Result.WRITTEN
                  ? new Input.Written()
                  : new Input.WriteUnknown(String.valueOf(result)));
    }
    send();
  }

  private void failed(List<Waiting> batch, boolean unknown) {
    idle++;
    if (unknown && batch.size() > 1) {
      node.world.reached(State.BATCH_LOST);
    }
    for (Waiting waiting : batch) {
      waiting.then.accept(unknown ? new Input.WriteUnknown("lost") : new Input.NotWritten("down"));
    }
    send();
  }
}
