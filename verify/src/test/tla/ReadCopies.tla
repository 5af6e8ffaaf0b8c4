----------------------------- MODULE ReadCopies -----------------------------
(***************************************************************************)
(* Read copies of docs/protocol.md: one entity, the node that owns it, and *)
(* another node that reads it from a copy in its own memory. How to read a *)
(* model is told at the top of EntityOwnership.tla, which has everything   *)
(* about owners; this one has what copies add.                             *)
(*                                                                         *)
(* WHO IS IN IT                                                            *)
(*  - The owner, one epoch of a node, which grants copies.                 *)
(*  - The reader, one epoch of another node, which keeps one. Each reader  *)
(*    has its own session, grants and revocations, and the owner waits for *)
(*    all of them: a second reader would add nothing but states.           *)
(*  - The next owner, another epoch still. It takes the claim when it may, *)
(*    shows at once what is stored, and writes. That it does so rightly is *)
(*    proven in EntityOwnership; copies that it grants are a matter        *)
(*    between it and its readers, just as here.                            *)
(*  - Callers that read at each of them, and one that is told of commits.  *)
(*                                                                         *)
(* TIME                                                                    *)
(* A session lasts as long as the last renewal that was granted. Renewals  *)
(* are numbered 1, 2, 3 as they are sent, and their times end in that      *)
(* order, at any moment: "expired" is the last one whose time is over. The *)
(* reader counts from before it sent the renewal and stops early, the      *)
(* owner counts from when it came and waits longer (LeaseTerms). So the    *)
(* reader never looks too late at "expired", nor the owner too early; who  *)
(* looks later than need be is one that has not taken its next step yet.   *)
(*                                                                         *)
(* WHAT IS LEFT OUT, because a state already stands for it                 *)
(*  - Lost messages: they arrive at any later time, in any order, or never.*)
(*  - Messages of a session that the reader has left: it ignores them.     *)
(*  - BARRIER, WAITLOAD, DRAIN, ONCE: they decide what callers are told    *)
(*    of changes. Copies are right without them, so they are not here.     *)
(*  - The reader's own lease. Copies are right without it; it stands       *)
(*    against a clock that stood still (CLOCK).                            *)
(*  - Values. A revision names its value, since CAS and TOKEN let only one *)
(*    write make it. Revision 0 stands for "nothing shown".                *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
  HighestRevision, \* bounds: how far changes may go, the first being 1,
  HighestToken,    \*   how often the claim may be taken,
  Renewals,        \*   how often the reader may renew its session,
  Fills            \*   and how often it may ask for a copy

\* The rules. What each line in Java does is said at the action that uses it.
CONSTANTS
  BOUND,     \* no session outlasts the owner's lease
  PROOFWAIT, \* ... nor a fence that does not wait for the lease
  LEFT,      \* ... nor the owner's word that it has left
  RECORD,    \* a grant is recorded before it is sent
  BLOCKG,    \* no grant while a write or a load is under way
  NONCE,     \* a grant is used once, only if its fill was not cancelled since
  VISIBLE,   \* a value is shown only when no older copy can be read
  REVRELOAD, \* a row that was loaded counts as a change
  REVOKE,    \* a claim is released only when no copy can be read
  CARRY,     \* who extends a session hands over its open revocations first
  COVERS,    \* an acknowledgement is good for grants made before, not later
  CLOSED,    \* a session that was closed is never opened again
  DROP,      \* who drops a copy by itself cancels the fills of its entity
  SESSION,   \* a copy is read only while its session lasts
  ORDER,     \* ... which is checked before, not after, the copy's mark
  MARK       \* a copy that leaves the map is marked, whatever the reason

VARIABLES
  \* ---- the database
  stored,      \* holdfast_entity.revision
  claimOwner,  \* holdfast_claim.owner: "owner", "next" or "nobody"
  claimToken,  \* holdfast_claim.token
  rowIsOver,   \* holdfast_node.state of the owner: fenced or left
  strayWrite,  \* whether a write that nobody waits for any more may commit:
               \*   one to the stored revision, under the token of now
  \* ---- the owner
  lease,       \* NodeLease: "valid", "over", "dead"
  hold,        \* ShardClaim: the token of the hold that serves, or 0
  phase,       \* EntityOwner.State: "empty", "ready", "writing" and then
               \*   "committed", "unknown" (Barring, Reloading), "loaded"
  shown,       \* LiveEntity: what readers at the owner see, or 0
  next,        \* in "committed" and "loaded": what is to be shown next
  \* ---- the owner's ledger: Grants, ReaderSession
  session,     \* the newest session of the reader: its number, whether it is
               \*   "open" or "closed", and the last renewal that was granted
  granted,     \* the nonce of the copy that the reader may have, or 0; of
               \*   several the highest
  issued,      \* how many revocations were issued
  pending,     \* those not acknowledged: their number, their deadline, and
               \*   whether the acknowledgement, Revoked, is on its way
  \* ---- the reader: Copies, OwnerSession, Copying
  number,      \* of its present session
  until,       \* the last renewal of it that was answered, or 0
  fills,       \* nonces of questions that may still bring a copy
  copy,        \* what is in the map: nonce and value, or NoCopy
  slowRead,    \* a read that is paused between its steps
  \* ---- messages on their way, and time
  renewsSent,  \* how often the reader has renewed
  renews,      \* Renew: which of these have not arrived
  reneweds,    \* Renewed: of which renewal, and the revocations it carries
  getsSent,    \* how often the reader has asked for a copy; names the nonces
  gets,        \* which of these questions have not arrived
  answers,     \* answers with a grant
  droppeds,    \* Dropped: nonces of copies that the reader dropped by itself
  unrecorded,  \* only without RECORD: a grant that was sent too early, or 0
  expired,     \* the last renewal whose time is over
  \* ---- what the invariants need to remember
  known,       \* the newest revision that anybody was told
  staleAnswer  \* whether a read ever answered something older than that

databaseVariables == <<stored, claimOwner, claimToken, rowIsOver, strayWrite>>
entityVariables == <<phase, shown, next>>
ownerVariables == <<lease, hold, entityVariables>>
grantVariables == <<granted, issued, pending>>
ledgerVariables == <<session, grantVariables>>
readerVariables == <<number, until, fills, copy, slowRead>>
renewVariables == <<renewsSent, renews, reneweds>>
fillVariables == <<getsSent, gets, answers, droppeds, unrecorded>>
messageVariables == <<renewVariables, fillVariables>>
toldVariables == <<known, staleAnswer>>
everything == <<databaseVariables, ownerVariables, ledgerVariables,
                readerVariables, messageVariables, expired, toldVariables>>

(***************************************************************************)
(* Words used below                                                        *)
(***************************************************************************)
NoSession == [number |-> 0, state |-> "closed", promised |-> 0]
NoCopy == [nonce |-> 0, value |-> 0]
NoRead == [step |-> "none", nonce |-> 0]
Max(a, b) == IF a > b THEN a ELSE b

\* Somebody is told this revision, by a read or by the answer to a change.
IsTold(revision) ==
  /\ known' = Max(known, revision)
  /\ staleAnswer' = (staleAnswer \/ revision < known)

\* Only to save states: of a time that is over only that matters.
Lasting(renewal, now) == IF renewal > now THEN renewal ELSE 0

\* Grants: no session of the owner lasts, so no copy of it can be read.
NoSessionLasts == session.promised <= expired

\* Grants: all revocations of the entity are done, whoever asked for them. One is
\* done when it is acknowledged, or when its deadline is over: the last promise of
\* the session as it was when the revocation was issued.
RevocationsAreDone == \A r \in pending : r.deadline <= expired

\* ReaderSession.revoke and .recall. The grant moves to the revocation, and stays
\* there whatever the reader is granted next.
CopiesAreRevoked ==
  IF granted = 0
  THEN UNCHANGED grantVariables
  ELSE /\ granted' = 0
       /\ issued' = issued + 1
       /\ pending' = pending \cup
            {[seq |-> issued + 1, deadline |-> session.promised,
              obeyed |-> FALSE]}

\* StoreAccess: nobody waits for the write that is out any more.
WriteGoesAstray ==
  strayWrite' = (strayWrite \/ (phase = "writing" /\ hold = claimToken
                                /\ shown = stored))

\* Nothing is shown any more.
EntityIsForgotten ==
  /\ phase' = "empty"
  /\ shown' = 0
  /\ next' = 0

Init ==
  /\ stored = 1
  /\ claimOwner = "owner"
  /\ claimToken = 1
  /\ rowIsOver = FALSE
  /\ strayWrite = FALSE
  /\ lease = "valid"
  /\ hold = 1
  /\ phase = "empty"
  /\ shown = 0
  /\ next = 0
  /\ session = NoSession
  /\ granted = 0
  /\ issued = 0
  /\ pending = {}
  /\ number = 1
  /\ until = 0
  /\ fills = {}
  /\ copy = NoCopy
  /\ slowRead = NoRead
  /\ renewsSent = 0
  /\ renews = {}
  /\ reneweds = {}
  /\ getsSent = 0
  /\ gets = {}
  /\ answers = {}
  /\ droppeds = {}
  /\ unrecorded = 0
  /\ expired = 0
  /\ known = 1
  /\ staleAnswer = FALSE

(***************************************************************************)
(* Time, and the owner's lease                                             *)
(***************************************************************************)
TimePasses ==
  LET now == expired + 1
  IN /\ expired < renewsSent
     /\ expired' = now
     \* Only to save states, all that follows.
     /\ session' = [session EXCEPT !.promised = Lasting(@, now)]
     /\ pending' = {[r EXCEPT !.deadline = Lasting(@, now)] : r \in pending}
     /\ until' = Lasting(until, now)
     /\ reneweds' = {m \in reneweds : m.k > now}
     /\ UNCHANGED <<databaseVariables, ownerVariables, granted, issued, number,
                    fills, copy, slowRead, renewsSent, renews, fillVariables,
                    toldVariables>>

\* Grants.renew gives no more time than the lease has left (BOUND). So when it runs
\* out, all sessions have.
LeaseRunsOut ==
  /\ lease = "valid"
  /\ BOUND => NoSessionLasts
  /\ lease' = "over"
  /\ UNCHANGED <<databaseVariables, hold, entityVariables, ledgerVariables,
                 readerVariables, messageVariables, expired, toldVariables>>

LeaseIsRenewed ==
  /\ lease = "over"
  /\ lease' = "valid"
  /\ UNCHANGED <<databaseVariables, hold, entityVariables, ledgerVariables,
                 readerVariables, messageVariables, expired, toldVariables>>

\* The owner is over, which it may not know; but all it could still do is write
\* until its claim is taken, as it could have before. What it has sent may arrive.
OwnerIsOver ==
  /\ ~rowIsOver
  /\ rowIsOver' = TRUE
  /\ lease' = "dead"
  /\ hold' = 0
  /\ EntityIsForgotten
  /\ WriteGoesAstray
  /\ session' = NoSession
  /\ granted' = 0
  /\ pending' = {}
  /\ unrecorded' = 0
  /\ UNCHANGED <<stored, claimOwner, claimToken, issued, readerVariables,
                 renewVariables, getsSent, gets, answers, droppeds, expired,
                 toldVariables>>

\* EXPIRY: Watch.fence.
OwnerIsFenced == lease # "valid" /\ OwnerIsOver

\* PROOF: its process has ended, and another can have its lock: Arbiter.fenceDead,
\* after HeartbeatWatch.mayFenceDead.
OwnerIsProvenDead == (PROOFWAIT => NoSessionLasts) /\ OwnerIsOver

\* Ending.end: it serves no longer, then, not before Granting.readable is false, it
\* writes 'left'.
OwnerLeaves ==
  /\ LEFT => NoSessionLasts \/ (granted = 0 /\ RevocationsAreDone)
  /\ OwnerIsOver

(***************************************************************************)
(* The claim: ShardClaim                                                   *)
(***************************************************************************)
OwnerTakesTheClaim ==
  /\ hold = 0
  /\ ~rowIsOver
  /\ claimOwner # "next"
  /\ claimToken < HighestToken
  /\ claimOwner' = "owner"
  /\ claimToken' = claimToken + 1
  /\ hold' = claimToken + 1
  /\ strayWrite' = FALSE
  /\ UNCHANGED <<stored, rowIsOver, lease, entityVariables, ledgerVariables,
                 readerVariables, messageVariables, expired, toldVariables>>

\* Output.Closed: the shard is to move. From now on nothing is shown or granted
\* under this hold (SAMECLAIM). Output.Recall revokes all copies of its entities.
HoldIsClosed ==
  /\ hold # 0
  /\ hold' = 0
  /\ EntityIsForgotten
  /\ WriteGoesAstray
  /\ IF REVOKE THEN CopiesAreRevoked ELSE UNCHANGED grantVariables
  /\ UNCHANGED <<stored, claimOwner, claimToken, rowIsOver, lease, session,
                 readerVariables, messageVariables, expired, toldVariables>>

\* ArbiterSql.release, after Input.Recalled.
ClaimIsReleased ==
  /\ claimOwner = "owner"
  /\ hold = 0
  /\ ~rowIsOver
  /\ REVOKE => RevocationsAreDone
  /\ claimOwner' = "nobody"
  /\ strayWrite' = FALSE
  /\ UNCHANGED <<stored, claimToken, rowIsOver, ownerVariables,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

\* It takes the claim, loads the row and answers a read with it.
NextOwnerTakesTheClaim ==
  /\ claimOwner = "nobody" \/ (claimOwner = "owner" /\ rowIsOver)
  /\ claimToken < HighestToken
  /\ claimOwner' = "next"
  /\ claimToken' = claimToken + 1
  /\ strayWrite' = FALSE
  /\ IsTold(stored)
  /\ UNCHANGED <<stored, rowIsOver, ownerVariables, ledgerVariables,
                 readerVariables, messageVariables, expired>>

NextOwnerWrites ==
  /\ claimOwner = "next"
  /\ stored < HighestRevision
  /\ stored' = stored + 1
  /\ IsTold(stored + 1)
  /\ UNCHANGED <<claimOwner, claimToken, rowIsOver, strayWrite,
                 ownerVariables, ledgerVariables, readerVariables,
                 messageVariables, expired>>

NextOwnerReleases ==
  /\ claimOwner = "next"
  /\ claimToken < HighestToken  \* only to save states: nobody could take it
  /\ ~rowIsOver                 \* likewise
  /\ claimOwner' = "nobody"
  /\ UNCHANGED <<stored, claimToken, rowIsOver, strayWrite, ownerVariables,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

(***************************************************************************)
(* The entity at the owner: EntityOwner                                    *)
(***************************************************************************)

\* Input.Loaded: the first load, the reload after an unknown outcome, or the one
\* after a confirmed read that found the database ahead. What was read may be
\* newer than all that was shown: to those who hold copies it is a change.
RowIsLoaded ==
  /\ hold # 0
  /\ phase \in {"empty", "unknown"} \/ (phase = "ready" /\ stored > shown)
  /\ phase' = "loaded"
  /\ next' = stored
  /\ IF REVRELOAD THEN CopiesAreRevoked ELSE UNCHANGED grantVariables
  /\ UNCHANGED <<databaseVariables, lease, hold, shown, session,
                 readerVariables, messageVariables, expired, toldVariables>>

\* Output.Write, and Output.Revoke beside it.
WriteIsSent ==
  /\ hold # 0
  /\ phase = "ready"
  /\ shown < HighestRevision
  /\ phase' = "writing"
  /\ CopiesAreRevoked
  /\ UNCHANGED <<databaseVariables, lease, hold, shown, next, session,
                 readerVariables, messageVariables, expired, toldVariables>>

\* TOKEN and CAS.
WriteCommits ==
  /\ phase = "writing"
  /\ claimOwner = "owner" /\ claimToken = hold
  /\ stored = shown
  /\ stored' = shown + 1
  /\ strayWrite' = FALSE
  /\ phase' = "committed"
  /\ next' = shown + 1
  /\ UNCHANGED <<claimOwner, claimToken, rowIsOver, lease, hold, shown,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

\* Input.NotWritten: it is not committed and will not be.
WriteFails ==
  /\ phase = "writing"
  /\ phase' = "ready"
  /\ UNCHANGED <<databaseVariables, lease, hold, shown, next,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

\* Input.WriteUnknown: the connection breaks, before the commit or after. A write
\* that is refused, since another was there before it, looks the same.
OutcomeIsUnknown ==
  /\ phase \in {"writing", "committed"}
  /\ phase' = "unknown"
  /\ next' = 0
  /\ WriteGoesAstray
  /\ UNCHANGED <<stored, claimOwner, claimToken, rowIsOver, lease, hold,
                 shown, ledgerVariables, readerVariables, messageVariables,
                 expired, toldVariables>>

StrayWriteCommits ==
  /\ strayWrite
  /\ strayWrite' = FALSE
  /\ stored' = stored + 1
  /\ UNCHANGED <<claimOwner, claimToken, rowIsOver, ownerVariables,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

\* EntityOwner.end: passivated, or restarted by its supervisor. The ledger is the
\* node's and stays as it is.
EntityEnds ==
  /\ phase # "empty"
  /\ EntityIsForgotten
  /\ WriteGoesAstray
  /\ UNCHANGED <<stored, claimOwner, claimToken, rowIsOver, lease, hold,
                 ledgerVariables, readerVariables, messageVariables, expired,
                 toldVariables>>

\* EntityOwner, Revoking → Ready: Output.Show, and the answer to the change. It
\* waits for revocations; that nothing was granted since they were issued is what
\* BLOCKG is for (CopiesOut). If the lease is valid somebody reads it at once.
ValueIsShown ==
  /\ phase \in {"committed", "loaded"}
  /\ VISIBLE => RevocationsAreDone
  /\ phase' = "ready"
  /\ shown' = next
  /\ next' = 0
  /\ IF phase = "committed" \/ lease = "valid" THEN IsTold(next)
     ELSE UNCHANGED toldVariables
  /\ UNCHANGED <<databaseVariables, lease, hold, ledgerVariables,
                 readerVariables, messageVariables, expired>>

\* LocalReads.get at the owner; EntityWorker.reply for those from elsewhere, also
\* for the reader, whose caller is answered whether or not a copy is granted.
OwnerIsRead ==
  /\ hold # 0
  /\ lease = "valid"
  /\ shown # 0
  /\ IsTold(shown)
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables,
                 readerVariables, messageVariables, expired>>

(***************************************************************************)
(* Sessions: Copies at the reader, Grants at the owner                     *)
(***************************************************************************)

\* OwnerSession.renew. The reader notes the time, then sends it.
RenewIsSent ==
  /\ renewsSent < Renewals
  /\ ~rowIsOver  \* only to save states: nobody would answer
  /\ renewsSent' = renewsSent + 1
  /\ renews' = renews \cup {renewsSent + 1}
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables,
                 readerVariables, reneweds, fillVariables, expired,
                 toldVariables>>

\* Grants.renew: a number the owner does not know yet. It says that the reader has
\* dropped everything of earlier ones.
SessionIsOpened(k) ==
  /\ BOUND => lease = "valid"
  /\ ~rowIsOver
  /\ session.number < number \/ (~CLOSED /\ session.state = "closed")
  /\ session' = [number |-> number, state |-> "open",
                 promised |-> Lasting(k, expired)]
  /\ granted' = 0
  /\ pending' = {}
  /\ renews' = renews \ {k}
  /\ reneweds' = {m \in {[k |-> k, carries |-> {}]} : m.k > expired}
  /\ UNCHANGED <<databaseVariables, ownerVariables, issued, readerVariables,
                 renewsSent, fillVariables, expired, toldVariables>>

\* Grants.extend, ReaderSession.carried. What is one step here is one in Java, under
\* the lock of Granting: a revocation issued in between would have the old deadline
\* and not be carried.
SessionIsExtended(k) ==
  /\ BOUND => lease = "valid"
  /\ ~rowIsOver
  /\ session.number = number
  /\ session.state = "open"
  /\ k > expired  \* only to save states: else it would extend nothing
  /\ session' = [session EXCEPT !.promised = Max(@, k)]
  /\ renews' = renews \ {k}
  /\ reneweds' = reneweds \cup
       {[k |-> k, carries |-> IF CARRY THEN {r.seq : r \in pending} ELSE {}]}
  /\ UNCHANGED <<databaseVariables, ownerVariables, grantVariables,
                 readerVariables, renewsSent, fillVariables, expired,
                 toldVariables>>

\* Grants.tick: the reader was silent for long, or too much is pending.
SessionIsClosed ==
  /\ session.state = "open"
  /\ NoSessionLasts
  /\ session' = [session EXCEPT !.state = "closed"]
  /\ granted' = 0
  /\ pending' = {}
  /\ UNCHANGED <<databaseVariables, ownerVariables, issued, readerVariables,
                 messageVariables, expired, toldVariables>>

\* A copy leaves the map and is marked. A read that is under way finds the mark
\* at its last step, unless (without ORDER) it has looked for it before.
CopyIsMarked ==
  slowRead' = IF slowRead.nonce = copy.nonce
                 /\ (ORDER \/ slowRead.step = "begun")
              THEN NoRead ELSE slowRead

\* Only to save states: a grant that can never be used need not be kept.
Usable(all, nonces) == {a \in all : NONCE => a.nonce \in nonces}

\* Copies.discard and Copying.discard, on Revoke and on what Renewed carries: the
\* copy goes, and so does what is still to come for any question asked before.
RevocationsAreObeyed(seqs) ==
  /\ copy' = NoCopy
  /\ CopyIsMarked
  /\ fills' = {}
  /\ answers' = Usable(answers, {})
  /\ pending' = {[r EXCEPT !.obeyed = @ \/ r.seq \in seqs] : r \in pending}

\* Copies.told, Renewed: the revocations first, then the new end.
RenewedArrives(m) ==
  /\ IF m.carries = {}
     THEN UNCHANGED <<copy, slowRead, fills, answers, pending>>
     ELSE RevocationsAreObeyed(m.carries)
  /\ until' = Max(until, m.k)
  \* Only to save states: what is left could do no more than Revoke does.
  /\ reneweds' = {other \in reneweds : other.k > until'}
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, granted, issued,
                 number, renewsSent, renews, getsSent, gets, droppeds,
                 unrecorded, expired, toldVariables>>

\* OwnerSession.reopen, on Unknown: the answer to a renewal of a session that was
\* closed. It stays true for ever, so it does not matter when it was sent.
SessionIsUnknown ==
  /\ session.number = number
  /\ session.state = "closed"
  /\ number' = number + 1
  /\ until' = 0
  /\ fills' = {}
  /\ copy' = NoCopy
  /\ IF MARK THEN CopyIsMarked ELSE UNCHANGED slowRead
  /\ renews' = {}
  /\ reneweds' = {}
  /\ answers' = Usable(answers, {})
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables,
                 renewsSent, getsSent, gets, droppeds, unrecorded, expired,
                 toldVariables>>

(***************************************************************************)
(* Copies: asking for one, granting, installing, dropping                  *)
(***************************************************************************)

\* Copying.asked: the nonce is noted before the question is sent.
GetIsSent ==
  /\ getsSent < Fills
  /\ ~rowIsOver  \* only to save states: nobody would answer
  /\ getsSent' = getsSent + 1
  /\ gets' = gets \cup {getsSent + 1}
  /\ fills' = fills \cup {getsSent + 1}
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, copy, slowRead, renewVariables, answers, droppeds,
                 unrecorded, expired, toldVariables>>

\* EntityOwner, Reply.grant; EntityWorker.granted, Granting.grant; then the answer.
\* It is a read that the owner would answer now. Without BLOCKG it grants whenever
\* something is shown.
CopyIsGranted(nonce) ==
  /\ hold # 0
  /\ lease = "valid"
  /\ shown # 0
  /\ BLOCKG => phase = "ready"
  /\ session.state = "open"
  /\ gets' = gets \ {nonce}
  /\ answers' = Usable(answers \cup {[nonce |-> nonce, value |-> shown]}, fills)
  /\ IF RECORD THEN granted' = Max(granted, nonce) /\ UNCHANGED unrecorded
     ELSE unrecorded' = nonce /\ UNCHANGED granted
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, issued, pending,
                 readerVariables, renewVariables, getsSent, droppeds, expired,
                 toldVariables>>

\* Nothing in Java does this: it is what RECORD forbids.
GrantIsRecordedLate ==
  /\ unrecorded # 0
  /\ granted' = unrecorded
  /\ unrecorded' = 0
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, issued, pending,
                 readerVariables, renewVariables, getsSent, gets, answers,
                 droppeds, expired, toldVariables>>

\* Copies.answered, Copying.keep. A copy that was there leaves the map.
CopyIsInstalled(a) ==
  /\ NONCE => a.nonce \in fills
  /\ copy' = [nonce |-> a.nonce, value |-> a.value]
  /\ fills' = fills \ {a.nonce}
  /\ answers' = Usable(answers, fills')
  /\ IF MARK THEN CopyIsMarked ELSE UNCHANGED slowRead
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, renewVariables, getsSent, gets, droppeds, unrecorded,
                 expired, toldVariables>>

\* Copying.left, Copies.evicted: for want of room. Dropped lets the owner forget the
\* grant.
CopyIsEvicted ==
  /\ copy # NoCopy
  /\ copy' = NoCopy
  /\ IF MARK THEN CopyIsMarked ELSE UNCHANGED slowRead
  /\ fills' = IF DROP THEN {} ELSE fills
  /\ answers' = Usable(answers, fills')
  /\ droppeds' = droppeds \cup {copy.nonce}
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, renewVariables, getsSent, gets, unrecorded, expired,
                 toldVariables>>

\* ReaderSession.drop, if its nonce is still the one that was granted.
GrantIsForgotten ==
  /\ granted \in droppeds
  /\ granted' = 0
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, issued, pending,
                 readerVariables, messageVariables, expired, toldVariables>>

(***************************************************************************)
(* Revocations                                                             *)
(***************************************************************************)

\* Copies.told. Revoke is sent until it is acknowledged, and may come repeatedly.
RevokeArrives(r) ==
  /\ session.number = number
  /\ IF NONCE THEN RevocationsAreObeyed({r.seq})
     ELSE /\ copy' = NoCopy
          /\ CopyIsMarked
          /\ pending' = (pending \ {r}) \cup {[r EXCEPT !.obeyed = TRUE]}
          /\ UNCHANGED <<fills, answers>>
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, granted, issued,
                 number, until, renewVariables, getsSent, gets, droppeds,
                 unrecorded, expired, toldVariables>>

\* ReaderSession.acknowledged. What it is good for was decided at its issue.
RevokedArrives(r) ==
  /\ r.obeyed
  /\ pending' = pending \ {r}
  /\ granted' = IF COVERS THEN granted ELSE 0
  /\ UNCHANGED <<databaseVariables, ownerVariables, session, issued,
                 readerVariables, messageVariables, expired, toldVariables>>

(***************************************************************************)
(* Reads at the reader: Copying.find, then Copy.read, session before mark  *)
(***************************************************************************)
SessionLasts == SESSION => until > expired

\* All steps at once.
CopyIsRead ==
  /\ copy # NoCopy
  /\ SessionLasts
  /\ IsTold(copy.value)
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables,
                 readerVariables, messageVariables, expired>>

\* With pauses between them. They matter only to a read whose copy was too old
\* when it began: any other may answer, whatever happens meanwhile.
SlowReadBegins ==
  /\ slowRead = NoRead
  /\ copy # NoCopy
  /\ copy.value < known
  /\ slowRead' = [step |-> "begun", nonce |-> copy.nonce]
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, fills, copy, messageVariables, expired, toldVariables>>

\* It looks for the session, or without ORDER for the mark. If there was one,
\* CopyIsMarked has ended the read.
SlowReadGoesOn ==
  /\ slowRead.step = "begun"
  /\ ORDER => SessionLasts
  /\ slowRead' = [slowRead EXCEPT !.step = "half"]
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, fills, copy, messageVariables, expired, toldVariables>>

\* It looks for the other of the two, and answers.
SlowReadAnswers ==
  /\ slowRead.step = "half"
  /\ ~ORDER => SessionLasts
  /\ slowRead' = NoRead
  /\ staleAnswer' = TRUE
  /\ UNCHANGED <<databaseVariables, ownerVariables, ledgerVariables, number,
                 until, fills, copy, messageVariables, expired, known>>

(***************************************************************************)
(* All that can happen                                                     *)
(***************************************************************************)
SomeSessionIsOpened == \E k \in renews : SessionIsOpened(k)
SomeSessionIsExtended == \E k \in renews : SessionIsExtended(k)
SomeRenewedArrives == \E m \in reneweds : RenewedArrives(m)
SomeCopyIsGranted == \E nonce \in gets : CopyIsGranted(nonce)
SomeCopyIsInstalled == \E a \in answers : CopyIsInstalled(a)
SomeRevokeArrives == \E r \in pending : RevokeArrives(r)
SomeRevokedArrives == \E r \in pending : RevokedArrives(r)

Step ==
  \/ TimePasses \/ LeaseRunsOut \/ LeaseIsRenewed
  \/ OwnerIsFenced \/ OwnerIsProvenDead \/ OwnerLeaves
  \/ OwnerTakesTheClaim \/ HoldIsClosed \/ ClaimIsReleased
  \/ NextOwnerTakesTheClaim \/ NextOwnerWrites \/ NextOwnerReleases
  \/ RowIsLoaded \/ WriteIsSent \/ WriteCommits \/ WriteFails
  \/ OutcomeIsUnknown \/ StrayWriteCommits \/ EntityEnds
  \/ ValueIsShown \/ OwnerIsRead
  \/ RenewIsSent \/ SomeSessionIsOpened \/ SomeSessionIsExtended
  \/ SessionIsClosed \/ SomeRenewedArrives \/ SessionIsUnknown
  \/ GetIsSent \/ SomeCopyIsGranted \/ GrantIsRecordedLate
  \/ SomeCopyIsInstalled \/ CopyIsEvicted \/ GrantIsForgotten
  \/ SomeRevokeArrives \/ SomeRevokedArrives
  \/ CopyIsRead \/ SlowReadBegins \/ SlowReadGoesOn \/ SlowReadAnswers

Protocol == Init /\ [][Step]_everything

(***************************************************************************)
(* What must hold in every state                                           *)
(***************************************************************************)

\* No read, at the owner, the next owner or the reader, answers with something
\* older than what anybody had been told before that read began.
ReadsAreLinearizable == ~staleAnswer

\* What was told is in the database.
NothingToldIsLost == known <= stored
=============================================================================
