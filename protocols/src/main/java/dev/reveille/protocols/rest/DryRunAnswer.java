package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Event;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.DryRun;
import dev.reveille.routing.port.TrailEntry.Known;

/// `POST /v1/events?dryRun=true`: what would become of the event, per device; nothing is stored and
/// no device is told. The fields are those of the trail.
final class DryRunAnswer {
  static final String PARAMETER = "dryRun";

  private final DryRun dryRun;
  private final EventAnswers answers;

  DryRunAnswer(final DryRun dryRun, final EventAnswers answers) {
    this.dryRun = dryRun;
    this.answers = answers;
  }

  static boolean isWanted(final String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Refusal.malformed(PARAMETER, "must be true or false");
    };
  }

  /// The one event of a request.
  static EventDraft draft(final EventReader.Request request) {
    if (request instanceof EventReader.Request.One(var draft) && !draft.isCallEnd()) {
      return draft;
    }
    throw Refusal.malformed(
        PARAMETER,
        "is for one event at a time, and not for a call's end, which belongs to its call");
  }

  /// @throws Refusal when the intake would refuse the event because of another one
  Answer answer(final Event event) {
    dryRun
        .rival(event)
        .ifPresent(first -> {
          throw answers.callKnown(first);
        });
    final var result = dryRun.of(event);
    return Answers.json(
        200,
        out ->
            out.text("status", "dry-run")
                .objects("devices", result.parts(), DryRunAnswer::part)
                .objects(
                    "withoutDevice",
                    result.withoutDevice(),
                    (one, user) -> one.text("user", user.name())));
  }

  private static void part(final JsonOut out, final DryRun.Part part) {
    out.text("user", part.user().name())
        .text("installation", part.installation().id().value())
        .text("app", part.installation().app().value())
        .object("known", known -> write(known, part.known()))
        .text("decision", part.decision().word())
        .object("why", why -> Answers.reason(why, part.decision().why()));
    part.decision()
        .address()
        .ifPresent(address ->
            out.object(
                "push",
                push ->
                    push.text("service", address.service().word())
                        .text("channel", address.channel().word())));
  }

  static void write(final JsonOut out, final Known known) {
    out.flag("channelOpen", known.channelOpen())
        .text("state", known.foreground() ? "foreground" : "suspended")
        .textIfAny("reported", known.reported())
        .text("platform", known.platform())
        .number("osMajor", known.osMajor());
  }
}
