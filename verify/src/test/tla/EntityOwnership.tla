-------------------------- MODULE EntityOwnership --------------------------
(***************************************************************************)
(* The ownership protocol of docs/protocol.md for one entity in one shard, *)
(* small enough that a program, TLC, can visit every state it can reach.   *)
(*                                                                         *)
(* HOW TO READ THIS, if you know no TLA+                                   *)
(*  1. VARIABLES are the whole world: database, network, nodes, callers.   *)
(*  2. An action, such as LeaseRunsOut(e), is a list of conditions joined  *)
(*     by /\ ("and"). x' is x after the step; a line without ' must hold   *)
(*     before it. What UNCHANGED names stays as it is.                     *)
(*  3. Step, near the end, lists all actions. Any one whose conditions     *)
(*     hold may happen next, or never: so late, lost and repeated messages,*)
(*     pauses and crashes need no text of their own.                       *)
(*  4. [f EXCEPT ![e] = v] is the map f with v under the key e; @ is what  *)
(*     was there. \E reads "for some", \A "for all", # "is not",           *)
(*     Append(list, x) and Len(list) are what they say.                    *)
(*  5. A name in capitals is a rule of docs/protocol.md. TRUE: the rule is *)
(*     kept. FALSE: it is not, and TLC must find a state that breaks one   *)
(*     of the invariants at the end, and tells the way there. One rule     *)
(*     the code keeps only for the requests of one call: ALLCOPIES.        *)
(*                                                                         *)
(* WHAT IS LEFT OUT, because a state already stands for it                 *)
(*  - A node that starts again is a new epoch. One that has not started    *)
(*    looks like one that has done nothing; a dead process looks like one  *)
(*    that never takes another step. So there is no start and no crash.    *)
(*  - Time. A lease ends at any moment; rates of clocks are in EXPIRY.     *)
(*  - A request that waits in a mailbox looks like one still on its way.   *)
(*  - The look at the writer's node row inside a write (PostgresStore):    *)
(*    it is no part of safety, and here every proof does without it.       *)
(*                                                                         *)
(* COPIES on other nodes have a model of their own, ReadCopies.tla. Here a *)
(* value is read at its owner only.                                        *)
(***************************************************************************)
EXTENDS Naturals, Sequences, TLC

CONSTANTS
  Epochs,         \* the nodes, each start of one being another epoch
  Nobody,         \* the owner of a claim that is free
  HighestToken,   \* bounds: how often a claim may change hands or be raised,
  CopiesOfPay,    \*   and how often the callers may send each of their
  CopiesOfShip,   \*   two changes
  ShipNeedsPay    \* whether "ship" refuses before "pay" was applied

\* The rules. What each line in Java does is said at the action that uses it.
CONSTANTS
  TOKEN,      \* a write is refused unless its epoch and token are the claim's
  CAS,        \* a write is refused unless the row is at the expected revision
  TAKEOVER,   \* a claim is taken only if it is free or its owner is over
  LOADAFTER,  \* the row is read only after the claim is held
  DRAIN,      \* a claim is released only when no write of it is in flight
  BARRIER,    \* the token is raised before the row is read again
  ONCE,       \* the row keeps operation ids, and they are looked up
  VISIBLE,    \* a value is shown only after its commit
  WAITLOAD,   \* the row is not read while a write of it is in flight
  EXPIRY,     \* a fence comes only after the lease has ended at its holder
  CHECKREAD,  \* a read checks claim and lease, after it has taken the value
  SAMECLAIM,  \* ... and the claim must be the one the value was loaded under
  LEAVE,      \* a node writes 'left' only when it serves no longer
  \* The next three are not kept by the code yet; see docs/protocol.md.
  CHECKFOUND, \* what a reload finds is answered only by a node that serves
  ALLCOPIES,  \* "not done" is said only if no copy, of any call, is open
  LASTWORD,   \* ... and that holds for a refusal by the change itself too
  \* This one is kept as it is, FALSE.
  CHECKFIRST  \* no rule but a question: what if the check came before?

VARIABLES
  \* ---- the database
  storedValue,  \* holdfast_entity: the operations applied, oldest first. It is
                \*   value, revision (its length) and operations in one
  claimOwner,   \* holdfast_claim.owner
  claimToken,   \* holdfast_claim.token
  nodeRow,      \* holdfast_node.state: "up" (draining is the same here), or
                \*   "over" (fenced or left, the same to all others)
  \* ---- statements sent to it that it has not come to yet
  writes,       \* Store.write; may be carried out at any later time, or never
  \* ---- each node
  lease,        \* NodeLease: "valid", "over" (Held, its end is past), "dead"
  heldClaim,    \* ClaimState.Held, and which hold it is, named by its first
                \*   token; 0 in all other states (Claim.held is false then)
  heldToken,    \* Claim.token
  \* ---- the entity at each node
  phase,        \* EntityOwner.State
  shown,        \* LiveEntity: the value that readers see, and its Claim
  flight,       \* EntityOwner.flight: the request that is being written
  reply,        \* StoreAccess.inFlight: "awaited" while a write is out,
                \*   "committed" until EntityWorker.written has heard of it
  \* ---- callers
  copies,       \* Calls: what became of each copy of each request
  told,         \* what the caller of each change was told
  reading,      \* LocalReads.get between its two steps
  \* ---- what the invariants need to remember
  known,        \* the newest value that anybody was told, by read or answer
  staleAnswer   \* whether a read ever answered something older than that

databaseVariables == <<storedValue, claimOwner, claimToken, nodeRow>>
claimVariables == <<heldClaim, heldToken>>
entityVariables == <<phase, shown, flight, reply>>
callerVariables == <<copies, told>>
readVariables == <<reading, known, staleAnswer>>
everything == <<databaseVariables, writes, lease, claimVariables,
                entityVariables, callerVariables, readVariables>>

(***************************************************************************)
(* Words used below                                                        *)
(***************************************************************************)
Changes == {"pay", "ship"}
CopiesOf(change) == IF change = "pay" THEN CopiesOfPay ELSE CopiesOfShip

\* Change.applyTo may refuse, looking at the value.
Refuses(change, value) ==
  ShipNeedsPay /\ change = "ship" /\ ~\E i \in 1..Len(value) : value[i] = "pay"

NothingShown == [value |-> <<>>, claim |-> 0]
NoFlight == [change |-> "none", copy |-> 0]
NoRead == [by |-> Nobody, value |-> <<>>, claim |-> 0, fresh |-> TRUE]

Has(value, change) == \E i \in 1..Len(value) : value[i] = change
BeginsWith(value, start) ==
  Len(start) <= Len(value) /\ \A i \in 1..Len(start) : value[i] = start[i]
UpTo(value, change) ==
  SubSeq(value, 1, CHOOSE i \in 1..Len(value) : value[i] = change)
Newer(a, b) == IF Len(a) > Len(b) THEN a ELSE b

IsOver(e) == nodeRow[e] = "over"
HoldsClaimOf(e) == heldClaim[e] # 0 /\ heldClaim[e] = shown[e].claim
Serves(e) == HoldsClaimOf(e) /\ lease[e] = "valid"  \* EntityWorker.serving

\* Only to save states: who waits for no reply need not keep a write that can
\* never commit.
StillPossible(all, token) ==
  {w \in all : w.awaited \/ ~TOKEN \/ w.token = token}

\* The node at epoch e listens no longer for what became of its writes.
Unheard(e) ==
  StillPossible({IF w.epoch = e THEN [w EXCEPT !.awaited = FALSE] ELSE w
                 : w \in writes}, claimToken)

Init ==
  /\ storedValue = <<>>
  /\ claimOwner = Nobody
  /\ claimToken = 0
  /\ nodeRow = [e \in Epochs |-> "up"]
  /\ writes = {}
  /\ lease = [e \in Epochs |-> "valid"]
  /\ heldClaim = [e \in Epochs |-> 0]
  /\ heldToken = [e \in Epochs |-> 0]
  /\ phase = [e \in Epochs |-> "empty"]
  /\ shown = [e \in Epochs |-> NothingShown]
  /\ flight = [e \in Epochs |-> NoFlight]
  /\ reply = [e \in Epochs |-> "nothing"]
  /\ copies = [c \in Changes |-> [i \in 1..CopiesOf(c) |-> "on its way"]]
  /\ told = [c \in Changes |-> "nothing"]
  /\ reading = NoRead
  /\ known = <<>>
  /\ staleAnswer = FALSE

(***************************************************************************)
(* Node leases: LeaseTerms, NodeLease, Renewal, Watch, HeartbeatWatch      *)
(***************************************************************************)

\* NodeLease.valid turns false. The node may not look for a while, or be paused.
LeaseRunsOut(e) ==
  /\ lease[e] = "valid"
  /\ lease' = [lease EXCEPT ![e] = "over"]
  /\ UNCHANGED <<databaseVariables, writes, claimVariables, entityVariables,
                 callerVariables, readVariables>>

\* Renewal.renew → ArbiterSql.renew, for a row that is live; NodeLease.renewed.
LeaseIsRenewed(e) ==
  /\ lease[e] = "over"
  /\ nodeRow[e] = "up"
  /\ lease' = [lease EXCEPT ![e] = "valid"]
  /\ UNCHANGED <<databaseVariables, writes, claimVariables, entityVariables,
                 callerVariables, readVariables>>

\* Watch.fence → ArbiterSql.fence. That the holder has stopped by then is what
\* LeaseTerms and HeartbeatWatch are for; NodeLocks (PROOF) knows it at once. The
\* node may hear of it late, but a lease that has ended can never be renewed now.
IsFenced(e) ==
  /\ nodeRow[e] = "up"
  /\ EXPIRY => lease[e] # "valid"
  /\ nodeRow' = [nodeRow EXCEPT ![e] = "over"]
  /\ lease' = [lease EXCEPT ![e] = IF @ = "over" THEN "dead" ELSE @]
  /\ UNCHANGED <<storedValue, claimOwner, claimToken, writes,
                 claimVariables, entityVariables, callerVariables,
                 readVariables>>

\* Ending.end: LeaseGuard.died, then Claims.drop. What is in flight stays there.
StopsServing(e) ==
  /\ nodeRow[e] = "up"
  /\ lease[e] # "dead"
  /\ lease' = [lease EXCEPT ![e] = "dead"]
  /\ heldClaim' = [heldClaim EXCEPT ![e] = 0]
  /\ heldToken' = [heldToken EXCEPT ![e] = 0]
  /\ UNCHANGED <<databaseVariables, writes, entityVariables, callerVariables,
                 readVariables>>

\* Ending.sayGoodbye → ArbiterSql.state.
SaysThatItLeft(e) ==
  /\ nodeRow[e] = "up"
  /\ LEAVE => lease[e] = "dead"
  /\ nodeRow' = [nodeRow EXCEPT ![e] = "over"]
  /\ UNCHANGED <<storedValue, claimOwner, claimToken, writes, lease,
                 claimVariables, entityVariables, callerVariables,
                 readVariables>>

(***************************************************************************)
(* Claims: ShardClaim, Claims, and ArbiterSql.claim, .barrier, .release    *)
(***************************************************************************)

\* ShardClaim, Taking → Held: ArbiterSql.claim. If its reply is lost, or it was sent
\* long ago and comes late, the row changes and the node does not know.
ClaimIsTaken(e, replyArrives) ==
  /\ nodeRow[e] = "up"
  /\ claimToken < HighestToken
  /\ TAKEOVER => claimOwner \in {Nobody, e} \cup {o \in Epochs : IsOver(o)}
  /\ claimOwner' = e
  /\ claimToken' = claimToken + 1
  /\ writes' = StillPossible(writes, claimToken')
  /\ IF replyArrives
     THEN /\ heldClaim[e] = 0
          /\ heldClaim' = [heldClaim EXCEPT ![e] = claimToken + 1]
          /\ heldToken' = [heldToken EXCEPT ![e] = claimToken + 1]
          /\ shown' = IF ~LOADAFTER /\ phase[e] = "ready" /\ shown[e].claim = 0
                      THEN [shown EXCEPT ![e].claim = claimToken + 1]
                      ELSE shown
     ELSE UNCHANGED <<heldClaim, heldToken, shown>>
  /\ UNCHANGED <<storedValue, nodeRow, lease, phase, flight, reply,
                 callerVariables, readVariables>>

\* ShardClaim, Held → Draining, Giving or Free: ShardClaim.close when the shard is
\* to move, ShardClaim.review when the row tells that the claim is gone.
ClaimIsGivenUp(e) ==
  /\ heldClaim[e] # 0
  /\ heldClaim' = [heldClaim EXCEPT ![e] = 0]
  /\ heldToken' = [heldToken EXCEPT ![e] = 0]
  /\ UNCHANGED <<databaseVariables, writes, lease, entityVariables,
                 callerVariables, readVariables>>

\* ShardClaim, Giving → Free: ArbiterSql.release, also of a claim whose reply was
\* lost. In Draining it waits until ShardClaim.inFlight is 0.
ClaimIsReleased(e) ==
  /\ claimOwner = e
  /\ heldClaim[e] = 0
  /\ DRAIN => reply[e] # "awaited"
  /\ claimOwner' = Nobody
  /\ UNCHANGED <<storedValue, claimToken, nodeRow, writes, lease,
                 claimVariables, entityVariables, callerVariables,
                 readVariables>>

(***************************************************************************)
(* Life of the entity in memory: EntityActor, EntityWorker, StoreAccess    *)
(***************************************************************************)

\* EntityOwner: Empty → Loading → Ready. StoreAccess.load waits for a write.
EntityIsLoaded(e) ==
  /\ phase[e] = "empty"
  /\ heldClaim[e] # 0
  /\ WAITLOAD => reply[e] # "awaited"
  /\ phase' = [phase EXCEPT ![e] = "ready"]
  /\ shown' = [shown EXCEPT ![e] = [value |-> storedValue,
                                    claim |-> heldClaim[e]]]
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables, flight,
                 reply, callerVariables, readVariables>>

\* Nothing in Java does this: it is what LOADAFTER forbids.
EntityIsLoadedTooEarly(e) ==
  /\ ~LOADAFTER
  /\ phase[e] = "empty"
  /\ heldClaim[e] = 0
  /\ phase' = [phase EXCEPT ![e] = "ready"]
  /\ shown' = [shown EXCEPT ![e].value = storedValue]
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables, flight,
                 reply, callerVariables, readVariables>>

\* Stopped, passivated, restarted by its supervisor: EntityOwner.end or
\* EntityWorker.ended. Who waits for an answer gets none that is definite
\* (Answer.Unsure). A write that is out stays out, and StoreAccess knows it.
EntityEnds(e) ==
  /\ phase[e] # "empty"
  /\ phase' = [phase EXCEPT ![e] = "empty"]
  /\ shown' = [shown EXCEPT ![e] = NothingShown]
  /\ flight' = [flight EXCEPT ![e] = NoFlight]
  /\ IF reply[e] = "awaited" /\ WAITLOAD
     THEN UNCHANGED <<reply, writes>>
     ELSE /\ reply' = [reply EXCEPT ![e] = "nothing"]
          /\ writes' = Unheard(e)
  /\ UNCHANGED <<databaseVariables, lease, claimVariables, callerVariables,
                 readVariables>>

(***************************************************************************)
(* Callers: Calls                                                          *)
(*                                                                         *)
(* All copies are on their way from the start: one that is still to be     *)
(* sent looks like one that is slow. Which of them belong to one call, and *)
(* which to a later call under the same operation id, is left open.        *)
(***************************************************************************)

\* Any node may answer "not now" (Answer.NotNow) to what it is not ready for.
\* Calls.retryLater takes the copy off the count of the unanswered.
CopyIsTurnedAway(change, i) ==
  /\ copies[change][i] = "on its way"
  /\ copies' = [copies EXCEPT ![change][i] = "turned away"]
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                 entityVariables, told, readVariables>>

\* Calls.giveUp → Calls.timeIsUp: NotDone if every copy was turned away. If not
\* (OutcomeUnknown) the caller has learned nothing. Without ALLCOPIES a call
\* counts its own copies only, so a copy that was a call of its own is enough.
CallerHearsNotDone(change) ==
  LET turnedAway == {i \in 1..CopiesOf(change) :
                       copies[change][i] = "turned away"}
  IN /\ told[change] = "nothing"
     /\ turnedAway # {}
     /\ ALLCOPIES => turnedAway = 1..CopiesOf(change)
     /\ told' = [told EXCEPT ![change] = "not done"]
     /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                    entityVariables, copies, readVariables>>

\* An answer "done" reaches the caller, or is lost on its way.
AnswerDone(change, value, answerArrives) ==
  IF answerArrives /\ told[change] = "nothing"
  THEN /\ told' = [told EXCEPT ![change] = "done"]
       /\ known' = Newer(UpTo(value, change), known)
  ELSE UNCHANGED <<told, known>>

(***************************************************************************)
(* Changes at the owner: EntityOwner.begin, Deciding                       *)
(***************************************************************************)
Receives(e, change, i) ==
  /\ copies[change][i] = "on its way"
  /\ phase[e] = "ready"
  /\ HoldsClaimOf(e)

\* Deciding.repeated: the operation is in the row. EntityWorker.reply then
\* checks the lease.
RepetitionIsAnswered(e, change, i, answerArrives) ==
  /\ Receives(e, change, i)
  /\ ONCE /\ Has(shown[e].value, change)
  /\ Serves(e)
  /\ copies' = [copies EXCEPT ![change][i] = "taken"]
  /\ AnswerDone(change, shown[e].value, answerArrives)
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                 entityVariables, reading, staleAnswer>>

\* Applier.Applied.Refused → Answer.Failed. A definite answer to this copy. The
\* refusal tells of the value, so that value must be as new as a read's.
ChangeIsRefused(e, change, i) ==
  /\ Receives(e, change, i)
  /\ ~(ONCE /\ Has(shown[e].value, change))
  /\ Refuses(change, shown[e].value)
  /\ Serves(e)
  /\ copies' = [copies EXCEPT ![change][i] = "turned away"]
  /\ told' = IF ~LASTWORD /\ told[change] = "nothing"
             THEN [told EXCEPT ![change] = "not done"]
             ELSE told
  /\ known' = Newer(shown[e].value, known)
  /\ staleAnswer' = (staleAnswer \/ ~BeginsWith(shown[e].value, known))
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                 entityVariables, reading>>

\* EntityWorker.write: Claim.enter, then StoreAccess.write. No lease is needed:
\* the database checks. The write carries the whole new row.
WriteIsSent(e, change, i) ==
  /\ Receives(e, change, i)
  /\ ~(ONCE /\ Has(shown[e].value, change))
  /\ ~Refuses(change, shown[e].value)
  /\ copies' = [copies EXCEPT ![change][i] = "taken"]
  /\ phase' = [phase EXCEPT ![e] = "writing"]
  /\ flight' = [flight EXCEPT ![e] = [change |-> change, copy |-> i]]
  /\ reply' = [reply EXCEPT ![e] = "awaited"]
  /\ writes' = writes \cup
       {[epoch |-> e, token |-> heldToken[e], base |-> shown[e].value,
         change |-> change, awaited |-> TRUE]}
  /\ shown' = IF VISIBLE THEN shown
              ELSE [shown EXCEPT ![e].value = Append(@, change)]
  /\ UNCHANGED <<databaseVariables, lease, claimVariables, told,
                 readVariables>>

\* PostgresStore.WRITE, SqliteStore: what the statement itself asks, under lock.
IsAccepted(write) ==
  /\ TOKEN => claimOwner = write.epoch /\ claimToken = write.token
  /\ CAS => Len(storedValue) = Len(write.base)

\* The statement commits, at whatever time the database comes to it.
WriteCommits(write) ==
  LET e == write.epoch
  IN /\ IsAccepted(write)
     /\ storedValue' = Append(write.base, write.change)
     /\ writes' = writes \ {write}
     /\ reply' = IF write.awaited
                 THEN [reply EXCEPT ![e] = IF phase[e] = "writing"
                                           THEN "committed" ELSE "nothing"]
                 ELSE reply
     /\ UNCHANGED <<claimOwner, claimToken, nodeRow, lease, claimVariables,
                    phase, shown, flight, callerVariables, readVariables>>

\* Store.Result CONFLICT or NOT_OWNER, which to EntityWorker.written is no
\* better than unknown: an earlier write of its own may be the reason.
WriteIsRejected(write) ==
  LET e == write.epoch
  IN /\ write.awaited
     /\ ~IsAccepted(write)
     /\ writes' = writes \ {write}
     /\ reply' = [reply EXCEPT ![e] = "nothing"]
     /\ phase' = [phase EXCEPT ![e] = IF @ = "writing" THEN "barring" ELSE @]
     /\ UNCHANGED <<databaseVariables, lease, claimVariables, shown, flight,
                    callerVariables, readVariables>>

\* StoreAccess.Fate.FAILED: the database gave the statement up, and said so
\* (PostgresFailures). EntityOwner.notWritten answers "not now".
WriteFails(write) ==
  LET e == write.epoch
  IN /\ write.awaited
     /\ writes' = writes \ {write}
     /\ reply' = [reply EXCEPT ![e] = "nothing"]
     /\ IF phase[e] = "writing"
        THEN /\ phase' = [phase EXCEPT ![e] = "ready"]
             /\ flight' = [flight EXCEPT ![e] = NoFlight]
             /\ shown' = [shown EXCEPT ![e].value = write.base]
             /\ copies' = [copies EXCEPT
                  ![flight[e].change][flight[e].copy] = "turned away"]
        ELSE UNCHANGED <<phase, flight, shown, copies>>
     /\ UNCHANGED <<databaseVariables, lease, claimVariables, told,
                    readVariables>>

\* EntityOwner.written: the new value is shown, then the caller is answered.
CommitIsHeardOf(e, answerArrives) ==
  LET value == IF VISIBLE THEN Append(shown[e].value, flight[e].change)
               ELSE shown[e].value
  IN /\ reply[e] = "committed"
     /\ reply' = [reply EXCEPT ![e] = "nothing"]
     /\ phase' = [phase EXCEPT ![e] = "ready"]
     /\ shown' = [shown EXCEPT ![e].value = value]
     /\ flight' = [flight EXCEPT ![e] = NoFlight]
     /\ AnswerDone(flight[e].change, value, answerArrives)
     /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables, copies,
                    reading, staleAnswer>>

(***************************************************************************)
(* Unknown outcome: EntityOwner, Writing → Barring → Reloading → Ready     *)
(***************************************************************************)

\* StoreAccess.Fate.UNKNOWN: the connection broke, before the commit or after.
ConnectionBreaks(e) ==
  /\ reply[e] # "nothing"
  /\ reply' = [reply EXCEPT ![e] = "nothing"]
  /\ phase' = [phase EXCEPT ![e] = IF @ = "writing" THEN "barring" ELSE @]
  /\ writes' = Unheard(e)
  /\ UNCHANGED <<databaseVariables, lease, claimVariables, shown, flight,
                 callerVariables, readVariables>>

\* ShardClaim, Raising → Held: ArbiterSql.barrier. If the token is not what the
\* node thought, a raise or a take of its own was not heard of: that is as good
\* (ShardClaim.raising).
TokenIsRaised(e) ==
  /\ phase[e] = "barring"
  /\ HoldsClaimOf(e)
  /\ phase' = [phase EXCEPT ![e] = "reloading"]
  /\ IF ~BARRIER
     THEN UNCHANGED <<claimToken, heldToken, writes>>
     ELSE /\ claimOwner = e
          /\ IF claimToken = heldToken[e]
             THEN claimToken < HighestToken /\ claimToken' = claimToken + 1
             ELSE UNCHANGED claimToken
          /\ heldToken' = [heldToken EXCEPT ![e] = claimToken']
          /\ writes' = StillPossible(writes, claimToken')
  /\ UNCHANGED <<storedValue, claimOwner, nodeRow, lease, heldClaim, shown,
                 flight, reply, callerVariables, readVariables>>

\* EntityOwner.resolve: the row tells whether it happened. If it did not, the
\* request waits again, that is, it is on its way. If it did, another node may
\* have done it meanwhile, and may not show it yet: hence CHECKFOUND.
RowTellsWhatHappened(e, answerArrives) ==
  LET change == flight[e].change
  IN /\ phase[e] = "reloading"
     /\ phase' = [phase EXCEPT ![e] = "ready"]
     /\ shown' = [shown EXCEPT ![e].value = storedValue]
     /\ flight' = [flight EXCEPT ![e] = NoFlight]
     /\ IF ONCE /\ Has(storedValue, change)
        THEN /\ AnswerDone(change, storedValue,
                           answerArrives /\ (CHECKFOUND => Serves(e)))
             /\ UNCHANGED copies
        ELSE /\ ~answerArrives
             /\ copies' = [copies EXCEPT
                             ![change][flight[e].copy] = "on its way"]
             /\ UNCHANGED <<told, known>>
     /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables, reply,
                    reading, staleAnswer>>

(***************************************************************************)
(* Reads: LocalReads.get; EntityWorker.reply for those from other nodes.   *)
(* Two steps, so that a node can be paused between them. One read at a     *)
(* time is enough: a wrong pair of reads is one that ended before another  *)
(* began.                                                                  *)
(***************************************************************************)
ReadTakesTheValue(e) ==
  /\ reading = NoRead
  /\ shown[e].claim # 0
  /\ CHECKFIRST => Serves(e)
  \* Only to save states: the check of such a read can never succeed.
  /\ CHECKREAD => lease[e] # "dead"
  /\ CHECKREAD /\ SAMECLAIM => HoldsClaimOf(e)
  /\ reading' = [by |-> e, claim |-> shown[e].claim,
                 value |-> IF CHECKFIRST THEN known ELSE shown[e].value,
                 fresh |-> CHECKFIRST \/ BeginsWith(shown[e].value, known)]
  /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                 entityVariables, callerVariables, known, staleAnswer>>

\* If the check fails the read is given up, and Calls asks elsewhere.
ReadIsChecked ==
  LET e == reading.by
      held == IF SAMECLAIM THEN heldClaim[e] = reading.claim
              ELSE heldClaim[e] # 0
  IN /\ reading # NoRead
     /\ ~CHECKFIRST
     /\ reading' = NoRead
     /\ IF CHECKREAD => held /\ lease[e] = "valid"
        THEN /\ staleAnswer' = (staleAnswer \/ ~reading.fresh)
             /\ known' = Newer(reading.value, known)
        ELSE UNCHANGED <<known, staleAnswer>>
     /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                    entityVariables, callerVariables>>

\* Nothing in Java does this: the check is over, and now the value is taken. It
\* must be no older than what was known when the read began.
ReadTakesTheValueLate ==
  LET e == reading.by
  IN /\ reading # NoRead
     /\ CHECKFIRST
     /\ reading' = NoRead
     /\ IF shown[e].claim = reading.claim
        THEN /\ staleAnswer' = (staleAnswer
                                \/ ~BeginsWith(shown[e].value, reading.value))
             /\ known' = Newer(shown[e].value, known)
        ELSE UNCHANGED <<known, staleAnswer>>
     /\ UNCHANGED <<databaseVariables, writes, lease, claimVariables,
                    entityVariables, callerVariables>>

(***************************************************************************)
(* All that can happen                                                     *)
(***************************************************************************)
SomeWriteCommits == \E w \in writes : WriteCommits(w)
SomeWriteIsRejected == \E w \in writes : WriteIsRejected(w)
SomeWriteFails == \E w \in writes : WriteFails(w)

Step ==
  \/ \E e \in Epochs :
       \/ LeaseRunsOut(e) \/ LeaseIsRenewed(e) \/ IsFenced(e)
       \/ StopsServing(e) \/ SaysThatItLeft(e)
       \/ ClaimIsGivenUp(e) \/ ClaimIsReleased(e)
       \/ EntityIsLoaded(e) \/ EntityIsLoadedTooEarly(e) \/ EntityEnds(e)
       \/ ConnectionBreaks(e) \/ TokenIsRaised(e)
       \/ ReadTakesTheValue(e)
       \/ \E arrives \in BOOLEAN :
            \/ ClaimIsTaken(e, arrives)
            \/ CommitIsHeardOf(e, arrives)
            \/ RowTellsWhatHappened(e, arrives)
       \/ \E c \in Changes : \E i \in 1..CopiesOf(c) :
            \/ ChangeIsRefused(e, c, i)
            \/ WriteIsSent(e, c, i)
            \/ \E arrives \in BOOLEAN : RepetitionIsAnswered(e, c, i, arrives)
  \/ \E c \in Changes :
       \/ CallerHearsNotDone(c)
       \/ \E i \in 1..CopiesOf(c) : CopyIsTurnedAway(c, i)
  \/ SomeWriteCommits \/ SomeWriteIsRejected \/ SomeWriteFails
  \/ ReadIsChecked \/ ReadTakesTheValueLate

Protocol == Init /\ [][Step]_everything

(***************************************************************************)
(* What must hold in every state                                           *)
(***************************************************************************)

\* No read answers with something older than what anybody had been told, by a
\* read or by the answer to a change, before that read began.
ReadsAreLinearizable == ~staleAnswer

\* What was acknowledged to a caller, or shown to a reader, is in the database
\* and stays there.
NothingToldIsLost ==
  /\ BeginsWith(storedValue, known)
  /\ \A c \in Changes : told[c] = "done" => Has(storedValue, c)

\* However often a change is sent, and to however many nodes, it is applied once.
EachChangeIsAppliedOnce ==
  \A i, j \in 1..Len(storedValue) :
    storedValue[i] = storedValue[j] => i = j

\* Only one node may answer from memory, and it is the one the database names.
OneNodeServes ==
  \A e \in Epochs :
    lease[e] = "valid" /\ heldClaim[e] # 0 =>
      /\ claimOwner = e
      /\ heldToken[e] <= claimToken
      /\ \A f \in Epochs \ {e} : ~(lease[f] = "valid" /\ heldClaim[f] # 0)

\* Who was told that a change is not done can rely on it, then and ever after.
FailuresAreHonest ==
  \A c \in Changes : told[c] = "not done" => ~Has(storedValue, c)

\* A token never falls, and a new owner has a new one.
TokensOnlyGrow ==
  [][/\ claimToken' >= claimToken
     /\ claimOwner' \notin {claimOwner, Nobody} => claimToken' > claimToken
    ]_everything

\* Not a claim about the protocol: which epoch has which name does not matter.
EpochsAreAlike == Permutations(Epochs)
=============================================================================
