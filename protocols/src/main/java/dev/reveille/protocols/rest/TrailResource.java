package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.routing.Calls;
import dev.reveille.routing.Records;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.TrailEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// `/v1/events/{event}/trail`: the trail of an event, joined per device: what was known, decided,
/// tried and answered. On threads that may block.
final class TrailResource {
  private final EventsResource events;
  private final Records records;
  private final Registry registry;
  private final Calls calls;
  private final CallEnds ends;

  TrailResource(
      final EventsResource events,
      final Records records,
      final Registry registry,
      final Calls calls,
      final CallEnds ends) {
    this.events = events;
    this.records = records;
    this.registry = registry;
    this.calls = calls;
    this.ends = ends;
  }

  Answer show(final Request request) {
    return answer(request, events.named(request));
  }

  Answer find(final Request request) {
    return answer(request, events.byKey(request));
  }

  private Answer answer(final Request request, final StoredJob stored) {
    final int from = request.number("after", 0, 0, Integer.MAX_VALUE);
    final var story = Story.of(records.trail(stored.sequence()));
    final var lines = lines(story, stored);
    final var page =
        JsonOut.page(
            lines.subList(Math.min(from, lines.size()), lines.size()),
            (each, line) -> line.accept(each));
    final int devices = Math.clamp(story.devices.size() - (long) from, 0, page.size());
    return Answers.json(
        200,
        out -> {
          out.object(
              "event", event -> events.write(event, stored, request.principal().may(Right.LISTEN)));
          callOf(stored.event())
              .flatMap(call -> calls.view(request.organisation(), call))
              .ifPresent(view -> out.object("call", call -> ends.write(call, view)));
          out.flag("settled", story.isSettled() || stored.event().recipients().isEmpty())
              .objects("devices", page.subList(0, devices))
              .objects("notNotified", page.subList(devices, page.size()));
          if (from + page.size() < lines.size()) {
            out.number("next", from + page.size());
          }
        });
  }

  /// What can be on a page: the devices, then the users without one.
  private List<Consumer<JsonOut>> lines(final Story story, final StoredJob stored) {
    final var lines = new ArrayList<Consumer<JsonOut>>();
    story.devices.values().forEach(device -> lines.add(out -> device(out, device, stored.at())));
    story.noDevice.forEach(line -> lines.add(out -> notNotified(out, line)));
    return lines;
  }

  private static Optional<CallId> callOf(final Event event) {
    return switch (event) {
      case Event.IncomingCall call -> Optional.of(call.call());
      case Event.CallEnded ended -> Optional.of(ended.call());
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> Optional.empty();
    };
  }

  private void device(final JsonOut out, final DeviceStory device, final Instant accepted) {
    final var opening = device.opening;
    out.text("user", opening.user().name()).text("installation", opening.target().value());
    final var installation = opening.target().installation().flatMap(registry::installation);
    installation.ifPresent(known -> out.text("app", known.app().value()));
    installation
        .map(Installation::registeredAt)
        .filter(at -> at.isAfter(accepted) && !at.isAfter(opening.at()))
        .ifPresent(at -> out.moment("registeredAt", at));
    out.moment("at", opening.at())
        .object("known", known -> DryRunAnswer.write(known, opening.known()))
        .text("decision", opening.decision())
        .object("why", why -> Answers.reason(why, opening.why()))
        .objects("tries", device.tries, TrailResource::attempt);
    device.acknowledgedAt().ifPresent(at -> out.moment("acknowledgedAt", at));
    out.flag("settled", device.isSettled);
  }

  static void attempt(final JsonOut out, final TrailEntry.Try attempt) {
    out.text("way", attempt.way())
        .number("number", attempt.number())
        .moment("at", attempt.at())
        .text("outcome", attempt.outcome())
        .object("why", why -> Answers.reason(why, attempt.why()))
        .textIfAny("detail", attempt.detail());
    attempt.cause().ifPresent(cause -> out.object("cause", it -> Answers.cause(it, cause)));
  }

  private static void notNotified(final JsonOut out, final TrailEntry.NoDevice line) {
    out.text("user", line.user().name())
        .moment("at", line.at())
        .object("why", why -> Answers.reason(why, line.why()));
  }

  /// Everything about one device of one user.
  private static final class DeviceStory {
    private final TrailEntry.Opening opening;
    private final List<TrailEntry.Try> tries = new ArrayList<>();
    private boolean isSettled;

    DeviceStory(final TrailEntry.Opening opening) {
      this.opening = opening;
      this.tries.addAll(opening.tries());
      this.isSettled = opening.settled();
    }

    void add(final List<TrailEntry.Try> more, final boolean settled) {
      tries.addAll(more);
      isSettled |= settled;
    }

    Optional<Instant> acknowledgedAt() {
      return tries.stream()
          .filter(attempt -> attempt.outcome().equals("acknowledged"))
          .map(TrailEntry.Try::at)
          .min(Instant::compareTo);
    }
  }

  /// The lines of a trail in the order in which a reader wants them.
  private static final class Story {
    private record Who(UserId user, TargetKey target) {}

    private final Map<Who, DeviceStory> devices = new LinkedHashMap<>();
    private final List<TrailEntry.NoDevice> noDevice = new ArrayList<>();
    private int expected;

    static Story of(final List<TrailEntry> lines) {
      final var story = new Story();
      // A receipt can be noted before the decision it answers.
      for (final var line : lines) {
        if (line instanceof TrailEntry.Opening opening) {
          story.expected = Math.max(story.expected, opening.devices());
          final var who = new Who(opening.user(), opening.target());
          final var before = story.devices.get(who);
          if (before == null) {
            story.devices.put(who, new DeviceStory(opening));
          } else { // decided anew, as after a restart
            before.add(opening.tries(), opening.settled());
          }
        }
      }
      for (final var line : lines) {
        switch (line) {
          case TrailEntry.Opening _, TrailEntry.Targets _ -> {}
          case TrailEntry.Later later ->
              story.devices.forEach((who, device) -> {
                if (who.target.equals(later.target())) {
                  device.add(later.tries(), later.settled());
                }
              });
          case TrailEntry.NoDevice none -> {
            story.expected = Math.max(story.expected, none.devices());
            story.noDevice.add(none);
          }
        }
      }
      return story;
    }

    boolean isSettled() {
      final long settled = devices.values().stream().filter(device -> device.isSettled).count();
      return settled >= expected && !(devices.isEmpty() && noDevice.isEmpty());
    }
  }
}
