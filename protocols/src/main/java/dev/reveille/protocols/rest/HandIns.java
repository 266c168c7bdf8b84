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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `POST /v1/events`, the hot path: reads events, finds their recipients, hands them in; the answer
/// follows the commit, on the journal's thread.
///
/// It is tried first on the connection's own thread, where nothing may block. When memory does not
/// know a recipient or a call, [#take] says so having changed nothing, and is asked again on a
/// virtual thread. Doing the same work twice is rare; a thread per event would cost more than the
/// event.
final class HandIns {
  private static final String NDJSON = "application/x-ndjson";

  private final LookUpTurns lookUps = LookUpTurns.besideOneProcessor();
  private final Intake intake;
  private final Directory directory;
  private final CallEnds ends;
  private final ServerClock clock;
  private final EventAnswers answers;
  private final DryRun dryRun;

  HandIns(final Routing routing, final CallEnds ends, final EventAnswers answers) {
    this.intake = routing.intake();
    this.directory = routing.directory();
    this.clock = routing.clock();
    this.ends = ends;
    this.answers = answers;
    this.dryRun = new DryRun(routing.rehearsal(), answers);
  }

  /// @param mayBlock whether this thread may wait for the disk
  /// @param again asks again on a thread that may; from any thread
  /// @return false when it has to be asked again there
  boolean take(
      final Exchange exchange,
      final KeyHolder holder,
      final boolean mayBlock,
      final Consumer<Exchange> again) {
    try {
      if (!holder.maySend()) {
        throw new Refusal(Reason.NOT_ALLOWED, "needs the right send");
      }
      Doorkeeper.ration(holder, 0);
      final var dryRun = exchange.query(DryRun.PARAMETER);
      if (dryRun.isPresent() && DryRun.isWanted(dryRun.get())) {
        return mayBlock && rehearse(exchange, holder);
      }
      if (exchange.header("content-type").orElse("").startsWith(NDJSON)) {
        return several(exchange, holder, EventReader.lines(exchange.body()), mayBlock);
      }
      return switch (EventReader.read(exchange.body())) {
        case EventReader.Request.One(var draft) when draft.isCallEnd() ->
            end(exchange, holder, draft, mayBlock, again);
        case EventReader.Request.One(var draft) -> one(exchange, holder, draft, mayBlock);
        case EventReader.Request.Several(var items) -> several(exchange, holder, items, mayBlock);
      };
    } catch (Refusal refusal) {
      exchange.answer(Answers.problem(refusal));
    }
    return true;
  }

  private boolean rehearse(final Exchange exchange, final KeyHolder holder) {
    final var draft = DryRun.draft(EventReader.read(exchange.body()));
    Doorkeeper.ration(holder, 1);
    final var event = draft.event(holder.organisation(), found(holder, draft, false), clock.read());
    exchange.answer(dryRun.answer(event));
    return true;
  }

  private boolean one(
      final Exchange exchange,
      final KeyHolder holder,
      final EventDraft draft,
      final boolean mayBlock) {
    final var users = users(holder, draft, mayBlock);
    if (users == null) {
      return false;
    }
    final var event = draft.event(holder.organisation(), users, clock.read());
    Doorkeeper.ration(holder, 1);
    intake.submit(
        new HandIn(
            event,
            draft.hash(users),
            answer -> exchange.answer(answers.answer(answer)),
            holder.key().id()));
    return true;
  }

  private boolean end(
      final Exchange exchange,
      final KeyHolder holder,
      final EventDraft draft,
      final boolean mayBlock,
      final Consumer<Exchange> again) {
    if (mayBlock) {
      Doorkeeper.ration(holder, 1);
      exchange.answer(ends.await(holder.organisation(), draft));
      return true;
    }
    if (!ends.isInMemory(holder.organisation(), draft.callId())) {
      return false;
    }
    Doorkeeper.ration(holder, 1);
    ends.end(
        holder.organisation(),
        draft,
        answer -> exchange.answer(answer),
        () ->
            again.accept(
                exchange)); // a second time changes nothing: ends are folded by the journal
    return true;
  }

  private boolean several(
      final Exchange exchange,
      final KeyHolder holder,
      final List<Item> items,
      final boolean mayBlock) {
    final var recipients = new ArrayList<@Nullable List<UserId>>(items.size());
    for (final var item : items) {
      List<UserId> users = List.of();
      if (item instanceof Item.Read(var draft)) {
        if (draft.isCallEnd() && !mayBlock) {
          return false;
        }
        users = draft.isCallEnd() || mayBlock ? List.of() : users(holder, draft, false);
        if (users == null) {
          return false;
        }
      }
      recipients.add(users);
    }
    Doorkeeper.ration(holder, items.size());
    final var batch = new Batch(exchange, answers, items.size());
    if (mayBlock) {
      handInOrderly(batch, holder, items);
      return true;
    }
    final var ready = new ArrayList<HandIn>(items.size());
    for (int i = 0; i < items.size(); i++) {
      final var users = recipients.get(i);
      handIn(batch, holder, items.get(i), i, users == null ? List.of() : users)
          .ifPresent(ready::add);
    }
    intake.submit(ready);
    return true;
  }

  /// A call's end finds its call only after the call was committed: what stands before an end in
  /// the same request is waited for.
  private void handInOrderly(final Batch batch, final KeyHolder holder, final List<Item> items) {
    final var ready = new ArrayList<HandIn>(items.size());
    int waitedFor = 0;
    for (int i = 0; i < items.size(); i++) {
      final var item = items.get(i);
      if (item instanceof Item.Read(var draft) && draft.isCallEnd()) {
        intake.submit(List.copyOf(ready));
        ready.clear();
        await(batch, i - waitedFor);
        waitedFor = i;
        batch.fill(i, ends.awaitResult(holder.organisation(), draft, answers));
      } else {
        handIn(batch, holder, item, i, null).ifPresent(ready::add);
      }
    }
    intake.submit(ready);
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
  private Optional<HandIn> handIn(
      final Batch batch,
      final KeyHolder holder,
      final Item item,
      final int place,
      final @Nullable List<UserId> known) {
    try {
      return switch (item) {
        case Item.Refused(var why) -> throw why;
        case Item.Read(var draft) -> {
          final var users = known != null ? known : found(holder, draft, true);
          final var event = draft.event(holder.organisation(), users, clock.read());
          yield Optional.of(
              new HandIn(event, draft.hash(users), batch.receipt(place), holder.key().id()));
        }
      };
    } catch (Refusal refusal) {
      batch.refused(place, refusal);
    }
    return Optional.empty();
  }

  /// The recipients; null when memory does not know one of them and nobody may look further.
  private @Nullable List<UserId> users(
      final KeyHolder holder, final EventDraft draft, final boolean mayBlock) {
    if (mayBlock) {
      return found(holder, draft, false);
    }
    final var to = draft.to;
    if (to.size() == 1) {
      final var user = directory.remembered(holder.organisation(), to.getFirst());
      return user.isPresent() ? List.of(user.get()) : null;
    }
    final var users = new ArrayList<UserId>(to.size());
    for (final var name : to) {
      final var user = directory.remembered(holder.organisation(), name);
      if (user.isEmpty()) {
        return null;
      }
      users.add(user.get());
    }
    return users;
  }

  /// Finds the recipients; may read the disk.
  private List<UserId> found(
      final KeyHolder holder, final EventDraft draft, final boolean oneOfMany) {
    return lookUps.of(oneOfMany, draft.to.size(), () -> found(holder, draft));
  }

  private List<UserId> found(final KeyHolder holder, final EventDraft draft) {
    final var users = new ArrayList<UserId>(draft.to.size());
    for (int from = 0; from < draft.to.size(); from += Directory.READ_TOGETHER) {
      final var names =
          draft.to.subList(from, Math.min(from + Directory.READ_TOGETHER, draft.to.size()));
      directory.remember(holder.organisation(), names);
      for (final var name : names) {
        final int place = users.size();
        users.add(
            directory
                .find(holder.organisation(), name)
                .orElseThrow(() -> new Refusal(Reason.UNKNOWN_USER, "to[" + place + "]: " + name)));
      }
    }
    return users;
  }
}
