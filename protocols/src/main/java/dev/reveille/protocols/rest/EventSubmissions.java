package dev.reveille.protocols.rest;

import dev.reveille.http.server.Exchange;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.rest.EventReader.Item;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.Routing;
import dev.reveille.routing.ServerClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `POST /v1/events`, the hot path: reads events, finds their recipients, hands them in; the answer
/// follows the commit, on the journal's thread.
///
/// It is tried first on the connection's own thread, where nothing may block. When memory does not
/// know a recipient or a call, nothing has changed yet, and what was read goes on to a virtual
/// thread ([Later]). That is rare; a thread per event would cost more than the event.
///
/// A request that waited, for a thread or for its turn to read the disk, is looked at again before
/// its events are handed in: its key may have been removed, or its peer have left.
final class EventSubmissions {
  private static final String NDJSON = "application/x-ndjson";

  /// Where a request is taken.
  enum On {
    /// The connection's own thread: nothing may block, and nothing has waited.
    CONNECTION,

    /// A thread for large bodies, after a queue: what reads the disk for long is for others.
    LARGE,

    /// A thread that may block.
    SLOW;

    boolean hasWaited() {
      return this != CONNECTION;
    }
  }

  /// Runs the rest of a request on a thread that may block, and answers the request when it throws.
  @FunctionalInterface
  interface Later {
    void run(Exchange exchange, Principal principal, Runnable rest);
  }

  private final LookupFairness lookUps;
  private final Intake intake;
  private final Directory directory;
  private final CallEnds ends;
  private final ServerClock clock;
  private final EventAnswers answers;
  private final Authenticator authenticator;
  private final Later later;
  private final DryRunAnswer dryRunAnswer;

  EventSubmissions(
      final Routing routing,
      final CallEnds ends,
      final EventAnswers answers,
      final Authenticator authenticator,
      final LookupFairness lookUps,
      final Later later) {
    this.intake = routing.intake();
    this.directory = routing.directory();
    this.clock = routing.clock();
    this.ends = ends;
    this.answers = answers;
    this.authenticator = authenticator;
    this.lookUps = lookUps;
    this.later = later;
    this.dryRunAnswer = new DryRunAnswer(routing.dryRun(), answers);
  }

  void take(final On on, final Exchange exchange, final Principal principal) {
    try {
      if (!principal.maySend()) {
        throw new Refusal(Reason.NOT_ALLOWED, "needs the right send");
      }
      Authenticator.ration(principal, 0);
      final var dryRun = exchange.query(DryRunAnswer.PARAMETER);
      if (dryRun.isPresent() && DryRunAnswer.isWanted(dryRun.get())) {
        final var draft = DryRunAnswer.draft(EventReader.read(exchange.body()));
        slowly(on, exchange, principal, () -> rehearse(exchange, principal, draft));
      } else if (exchange.header("content-type").orElse("").startsWith(NDJSON)) {
        several(on, exchange, principal, EventReader.lines(exchange.body()));
      } else {
        switch (EventReader.read(exchange.body())) {
          case EventReader.Request.One(var draft) when draft.isCallEnd() ->
              end(on, exchange, principal, draft);
          case EventReader.Request.One(var draft) -> one(on, exchange, principal, draft);
          case EventReader.Request.Several(var items) -> several(on, exchange, principal, items);
        }
      }
    } catch (Refusal refusal) {
      exchange.answer(Answers.problem(refusal));
    }
  }

  /// @param rest may block
  private void slowly(
      final On on, final Exchange exchange, final Principal principal, final Runnable rest) {
    if (on == On.SLOW) {
      rest.run();
    } else {
      later.run(exchange, principal, rest);
    }
  }

  /// Looks again at a request that waited.
  ///
  /// @throws Refusal when none of its events may be handed in any more
  private void stillWanted(final Exchange exchange, final Principal principal) {
    if (exchange.isAbandoned()) {
      throw new Refusal(Reason.SERVER_BUSY, "the peer has left");
    }
    if (!authenticator.holds(exchange.header("authorization").orElse(""), principal)) {
      throw new Refusal(Reason.NO_KEY, "this key was removed");
    }
  }

  /// Whether a refusal is of the whole request and not of one of its events.
  private static boolean isOfAll(final Refusal refusal) {
    return refusal.why() == Reason.NO_KEY
        || refusal.why() == Reason.SERVER_BUSY
        || refusal.why() == Reason.SHUTTING_DOWN;
  }

  private void rehearse(
      final Exchange exchange, final Principal principal, final EventDraft draft) {
    Authenticator.ration(principal, 1);
    final var users = found(exchange, principal, draft);
    stillWanted(exchange, principal);
    final var event = draft.event(principal.organisation(), users, clock.read());
    exchange.answer(dryRunAnswer.answer(event));
  }

  private void one(
      final On on, final Exchange exchange, final Principal principal, final EventDraft draft) {
    final var users = on == On.SLOW ? null : remembered(principal, draft);
    if (users != null) {
      handIn(on.hasWaited(), exchange, principal, draft, users);
    } else {
      slowly(
          on,
          exchange,
          principal,
          () ->
              handIn(
                  /* hasWaited= */ true,
                  exchange,
                  principal,
                  draft,
                  found(exchange, principal, draft)));
    }
  }

  private void handIn(
      final boolean hasWaited,
      final Exchange exchange,
      final Principal principal,
      final EventDraft draft,
      final List<UserId> users) {
    final var event = draft.event(principal.organisation(), users, clock.read());
    Authenticator.ration(principal, 1);
    if (hasWaited) {
      stillWanted(exchange, principal);
    }
    intake.submit(
        new HandIn(
            event,
            draft.hash(users),
            answer -> exchange.answer(answers.answer(answer)),
            principal.key().id()));
  }

  private void end(
      final On on, final Exchange exchange, final Principal principal, final EventDraft draft) {
    if (on == On.SLOW || !ends.isInMemory(principal.organisation(), draft.callId())) {
      slowly(
          on,
          exchange,
          principal,
          () -> {
            Authenticator.ration(principal, 1);
            endSlowly(exchange, principal, draft);
          });
      return;
    }
    Authenticator.ration(principal, 1);
    if (on.hasWaited()) {
      stillWanted(exchange, principal);
    }
    ends.end(
        principal.organisation(),
        draft,
        answer -> exchange.answer(answer),
        () -> // a second time changes nothing: ends are folded by the journal
        later.run(exchange, principal, () -> endSlowly(exchange, principal, draft)));
  }

  private void endSlowly(
      final Exchange exchange, final Principal principal, final EventDraft draft) {
    stillWanted(exchange, principal);
    exchange.answer(ends.await(principal.organisation(), draft));
  }

  private void several(
      final On on, final Exchange exchange, final Principal principal, final List<Item> items) {
    final var recipients = on == On.SLOW ? null : remembered(principal, items);
    if (recipients == null) {
      slowly(on, exchange, principal, () -> handInOrderly(exchange, principal, items));
      return;
    }
    Authenticator.ration(principal, items.size());
    if (on.hasWaited()) {
      stillWanted(exchange, principal);
    }
    final var batch = new Batch(exchange, answers, items.size());
    final var ready = new ArrayList<HandIn>(items.size());
    for (int i = 0; i < items.size(); i++) {
      handIn(batch, exchange, principal, items.get(i), i, recipients.get(i)).ifPresent(ready::add);
    }
    intake.submit(ready);
  }

  /// The recipients of each event; null when memory does not know all of them, or when one is a
  /// call's end, which waits for the others.
  private @Nullable List<List<UserId>> remembered(
      final Principal principal, final List<Item> items) {
    final var recipients = new ArrayList<List<UserId>>(items.size());
    for (final var item : items) {
      List<UserId> users = List.of();
      if (item instanceof Item.Read(var draft)) {
        users = draft.isCallEnd() ? null : remembered(principal, draft);
        if (users == null) {
          return null;
        }
      }
      recipients.add(users);
    }
    return recipients;
  }

  /// Hands in event by event, on a thread that may block. A call's end finds its call only after
  /// the call was committed: what stands before an end in the same request is waited for.
  private void handInOrderly(
      final Exchange exchange, final Principal principal, final List<Item> items) {
    Authenticator.ration(principal, items.size());
    final var batch = new Batch(exchange, answers, items.size());
    final var ready = new LinkedHashMap<Integer, HandIn>(); // by its place
    boolean isBegun = false;
    int waitedFor = 0;
    int place = 0;
    try {
      for (; place < items.size(); place++) {
        if (items.get(place) instanceof Item.Read(var draft) && draft.isCallEnd()) {
          stillWanted(exchange, principal);
          intake.submit(List.copyOf(ready.values()));
          ready.clear();
          isBegun = true;
          await(batch, place - waitedFor);
          waitedFor = place;
          batch.fill(place, ends.awaitResult(principal.organisation(), draft, answers));
        } else {
          final var one = handIn(batch, exchange, principal, items.get(place), place, null);
          if (one.isPresent()) {
            ready.put(place, one.get());
          }
        }
      }
      if (!ready.isEmpty()) {
        stillWanted(exchange, principal);
        intake.submit(List.copyOf(ready.values()));
      }
    } catch (Refusal ofAll) {
      if (!isBegun) {
        throw ofAll;
      }
      ready.keySet().forEach(open -> batch.refused(open, ofAll));
      for (; place < items.size(); place++) {
        batch.refused(place, ofAll);
      }
    }
  }

  private static void await(final Batch batch, final int places) {
    try {
      batch.await(places);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "", Duration.ofSeconds(1));
    }
  }

  /// Makes one event of a batch ready, or fills its place with why not.
  ///
  /// @param known its recipients; null to look them up, on a thread that may block
  /// @throws Refusal when it is of the whole batch
  private Optional<HandIn> handIn(
      final Batch batch,
      final Exchange exchange,
      final Principal principal,
      final Item item,
      final int place,
      final @Nullable List<UserId> known) {
    try {
      return switch (item) {
        case Item.Refused(var why) -> throw why;
        case Item.Read(var draft) -> {
          final var users = known != null ? known : found(exchange, principal, draft);
          final var event = draft.event(principal.organisation(), users, clock.read());
          yield Optional.of(
              new HandIn(event, draft.hash(users), batch.receipt(place), principal.key().id()));
        }
      };
    } catch (Refusal refusal) {
      if (isOfAll(refusal)) {
        throw refusal;
      }
      batch.refused(place, refusal);
    }
    return Optional.empty();
  }

  /// The recipients; null when memory does not know all of them.
  private @Nullable List<UserId> remembered(final Principal principal, final EventDraft draft) {
    final var to = draft.to;
    if (to.size() == 1) {
      final var user = directory.remembered(principal.organisation(), to.getFirst());
      return user.isPresent() ? List.of(user.get()) : null;
    }
    final var users = new ArrayList<UserId>(to.size());
    for (final var name : to) {
      final var user = directory.remembered(principal.organisation(), name);
      if (user.isEmpty()) {
        return null;
      }
      users.add(user.get());
    }
    return users;
  }

  /// Finds the recipients. Those whom memory does not know are read from the disk, which for many
  /// waits for its turn; then the others that may run on this processor come first.
  private List<UserId> found(
      final Exchange exchange, final Principal principal, final EventDraft draft) {
    final var known = remembered(principal, draft);
    if (known != null) {
      return known;
    }
    final var read =
        lookUps.of(
            principal.organisation(),
            draft.to.size(),
            () -> {
              stillWanted(exchange, principal);
              return read(principal, draft);
            });
    Thread.yield();
    return read;
  }

  private List<UserId> read(final Principal principal, final EventDraft draft) {
    final var users = new ArrayList<UserId>(draft.to.size());
    for (int from = 0; from < draft.to.size(); from += Directory.READ_TOGETHER) {
      final var names =
          draft.to.subList(from, Math.min(from + Directory.READ_TOGETHER, draft.to.size()));
      directory.remember(principal.organisation(), names);
      for (final var name : names) {
        final int place = users.size();
        users.add(
            directory
                .find(principal.organisation(), name)
                .orElseThrow(() -> new Refusal(Reason.UNKNOWN_USER, "to[" + place + "]: " + name)));
      }
    }
    return users;
  }
}
