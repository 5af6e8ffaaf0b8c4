package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.Told;
import java.util.concurrent.CompletableFuture;

/** One way into the cluster: a node's HTTP API, or a node in this process. Thread-safe. */
interface Door {
  /**
   * What a client wants.
   *
   * @param operation the id under which a change is to be applied once
   */
  record Errand(Key key, Asked asked, String operation) {}

  /**
   * What came back.
   *
   * @param heard whether the node may have heard the errand at all
   * @param owner who answered as the owner; empty if nobody did
   */
  record Reply(Told told, boolean heard, String owner) {
    static Reply unheard(String reason) {
      return new Reply(new Told.Refused(reason, Told.UNTOLD), false, "");
    }

    static Reply lost(Asked asked, String reason) {
      return new Reply(
          asked instanceof Asked.Read
              ? new Told.Refused(reason, Told.UNTOLD)
              : new Told.Unknown(reason),
          true,
          "");
    }
  }

  /** The node's name. */
  String node();

  /** Sends it; the future never fails. */
  CompletableFuture<Reply> send(Errand errand);
}
