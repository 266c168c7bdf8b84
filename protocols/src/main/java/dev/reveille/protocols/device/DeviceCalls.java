package dev.reveille.protocols.device;

import dev.reveille.live.CallStatus;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.CallView;
import dev.reveille.routing.Calls.Outcome;
import dev.reveille.routing.Routing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Lets phones read the state of a call, answer it and decline it.
///
/// All methods may read the disk. Results are told later, on a thread that may block.
final class DeviceCalls {

  /// What became of an answer or a decline: done, or `why` not. Either way how the call stands now,
  /// where it is known.
  record Result(Optional<Reason> why, String detail, Optional<JsonParsers.Writing> state) {}

  private final Routing routing;
  private final DeviceFrames frames;
  private final DeviceInbox inboxes;
  private final Executor workers;

  DeviceCalls(
      final Routing routing,
      final DeviceFrames frames,
      final DeviceInbox inboxes,
      final Executor workers) {
    this.routing = routing;
    this.frames = frames;
    this.inboxes = inboxes;
    this.workers = workers;
  }

  static CallId id(final String text) {
    try {
      return CallId.of(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, "a call is named by its UUID");
    }
  }

  /// @throws Refusal when there is no such call, or this user was not called
  CallView view(final Phone phone, final CallId call) {
    final var view =
        routing
            .calls()
            .view(phone.installation().organisation(), call)
            .orElseThrow(() -> new Refusal(Reason.CALL_UNKNOWN, call.toString()));
    if (!view.recipients().contains(phone.user())) {
      throw new Refusal(Reason.NOT_RUNG, "");
    }
    return view;
  }

  JsonParsers.Writing state(final UserId user, final CallView view) {
    final var call =
        routing
            .records()
            .event(view.sequence())
            .map(stored -> stored.event() instanceof IncomingCall it ? it : null);
    final boolean over = !routing.clock().instant().isBefore(view.ringsUntil());
    return out -> frames.callState(out, view, call, view.declinedBy().contains(user), over);
  }

  void answer(final Phone phone, final CallId call, final Consumer<Result> told) {
    view(phone, call);
    routing
        .calls()
        .answer(
            phone.installation().organisation(),
            call,
            phone.user(),
            phone.id(),
            outcome -> tell(phone, call, outcome, told));
  }

  /// @param everywhere on all of the user's devices; otherwise this one only falls silent
  void decline(
      final Phone phone, final CallId call, final boolean everywhere, final Consumer<Result> told) {
    final var view = view(phone, call);
    if (everywhere) {
      routing
          .calls()
          .decline(
              phone.installation().organisation(),
              call,
              phone.user(),
              outcome -> tell(phone, call, outcome, told));
    } else if (view.isRinging()) {
      final var kept = new DurableResponse();
      routing.declinedHere(phone.id(), view.sequence(), kept);
      inboxes.await(kept);
      told.accept(new Result(Optional.empty(), "", Optional.of(state(phone.user(), view))));
    } else {
      told.accept(over(phone, view));
    }
  }

  /// The outcome may come on the journal's own thread, which must not wait for the disk.
  private void tell(
      final Phone phone, final CallId call, final Outcome outcome, final Consumer<Result> told) {
    workers.execute(() -> told.accept(result(phone, call, outcome)));
  }

  private Result result(final Phone phone, final CallId call, final Outcome outcome) {
    final var view = routing.calls().view(phone.installation().organisation(), call);
    return switch (outcome) {
      case Outcome.Done _, Outcome.Early _ ->
          new Result(Optional.empty(), "", view.map(it -> state(phone.user(), it)));
      case Outcome.Over _ ->
          view.map(it -> over(phone, it))
              .orElse(new Result(Optional.of(Reason.CALL_OVER), "", Optional.empty()));
      case Outcome.No(var why, var detail, _) ->
          new Result(Optional.of(why), detail, view.map(it -> state(phone.user(), it)));
    };
  }

  private Result over(final Phone phone, final CallView view) {
    final var how = view.end().map(CallEnd::word).orElse("");
    return new Result(Optional.of(Reason.CALL_OVER), how, Optional.of(state(phone.user(), view)));
  }

  /// For a phone that comes back: what rings for its user, and what became of those that it was
  /// told of before.
  List<CallStatus> now(final UserId user, final InstallationId device, final Set<CallId> told) {
    final var now = new ArrayList<CallStatus>();
    final var ringing = new HashSet<CallId>();
    for (final var view : routing.calls().ringingFor(user)) {
      // Noted first and looked at again: the dispatcher tells an end only to devices that it takes
      // for ringing.
      routing.calls().told(user.organisation(), view.call(), device);
      if (ringsFor(user, view.call())) {
        ringing.add(view.call());
        routing
            .records()
            .event(view.sequence())
            .ifPresent(stored -> now.add(new CallStatus.Ringing(view.call(), stored)));
      }
    }
    for (final var call : told) {
      if (!ringing.contains(call)) {
        now.add(new CallStatus.Over(call, endOf(user, call)));
      }
    }
    return now;
  }

  private boolean ringsFor(final UserId user, final CallId call) {
    return routing
        .calls()
        .view(user.organisation(), call)
        .filter(view -> view.isRinging() && !view.declinedBy().contains(user))
        .isPresent();
  }

  private CallEnd endOf(final UserId user, final CallId call) {
    final var view = routing.calls().view(user.organisation(), call);
    if (view.isPresent() && view.get().end().isPresent()) {
      return view.get().end().get();
    }
    final boolean declined = view.filter(it -> it.declinedBy().contains(user)).isPresent();
    return declined ? new CallEnd.Declined(user) : new CallEnd.TimedOut();
  }
}
