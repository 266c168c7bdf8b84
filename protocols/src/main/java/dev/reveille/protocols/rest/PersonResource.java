package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Life;
import dev.reveille.model.TimeScale;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.Query;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.port.BoundedPage;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.OneTimeCode;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// `/v1/users/{user}/…`: a user's presence, inbox and newest events, and a one-time code for a new
/// device. On threads that may block.
final class PersonResource {
  private static final Duration CODE_VALID = Duration.ofMinutes(10);
  private static final Duration CODE_LONGEST = Duration.ofHours(1);

  /// 62^22 is more than 2^128.
  private static final int CODE_LENGTH = 22;

  private final Routing routing;
  private final Registry registry;
  private final SecretStore secrets;
  private final UsersResource users;
  private final EventsResource events;

  PersonResource(
      final Routing routing,
      final Registry registry,
      final SecretStore secrets,
      final UsersResource users,
      final EventsResource events) {
    this.routing = routing;
    this.registry = registry;
    this.secrets = secrets;
    this.users = users;
    this.events = events;
  }

  Answer presence(final Request request) {
    final var user = users.user(request).id();
    final var presence = routing.presence(user).name().toLowerCase(Locale.ROOT);
    return Answers.json(200, out -> out.text("user", user.name()).text("presence", presence));
  }

  Answer inbox(final Request request) {
    request.need(Right.LISTEN, Right.MANAGE);
    final boolean all = request.principal().may(Right.LISTEN);
    final var user = users.user(request).id();
    final var inbox = routing.inboxes();
    final var from = Query.position(request.exchange(), "after").orElseGet(() -> inbox.beginning());
    final var page =
        BoundedPage.read(
            (at, some) -> inbox.after(user, at, some),
            from,
            request.limit(),
            JsonParsers.LARGEST_PAGE,
            entry -> entry(entry, all),
            entry -> entry.length);
    final int unread = inbox.unread(user);
    return Answers.json(
        200,
        out ->
            out.objects("entries", page.entries())
                .text("upTo", page.upTo().toString())
                .flag("gap", page.gap())
                .flag("more", page.more())
                .number("unread", unread));
  }

  private byte[] entry(final Inbox.Entry entry, final boolean all) {
    return JsonOut.object(line ->
        line.object("event", event -> events.write(event, entry.stored(), all))
            .texts("marks", UsersResource.words(entry.marks())));
  }

  Answer newest(final Request request) {
    request.need(Right.LISTEN, Right.MANAGE);
    final boolean all = request.principal().may(Right.LISTEN);
    final var user = users.user(request).id();
    final var since = routing.clock().instant().minus(Life.LONGEST);
    final var newest =
        JsonOut.page(
            () -> routing.records().recent(user, since, request.limit()).iterator(),
            (line, stored) -> events.write(line, stored, all));
    return Answers.json(200, out -> out.objects("events", newest));
  }

  Answer code(final Request request) {
    request.need(Right.MANAGE);
    final var user = users.user(request).id();
    final var body = request.body("app", "validFor");
    final var app = Named.app(body.required("app"));
    if (registry.app(app).filter(found -> found.isFor(user.organisation())).isEmpty()) {
      throw Refusal.notFound("app", app.value());
    }
    final var valid = body.duration("validFor").orElse(CODE_VALID);
    if (valid.compareTo(CODE_LONGEST) > 0) {
      throw Refusal.malformed("validFor", "must be at most " + CODE_LONGEST + ", not " + valid);
    }
    final var code = "rc_" + ApiKeys.random(CODE_LENGTH);
    final var expires =
        routing
            .clock()
            .instant()
            .plus(TimeScale.divide(valid, TimeScale.OF_A_PEER))
            .truncatedTo(ChronoUnit.MILLIS);
    secrets.keepCode(
        ApiKeys.hash(code), new OneTimeCode(request.organisation(), app, user.name(), expires));
    return Answers.json(
        201,
        out ->
            out.text("code", code)
                .text("user", user.name())
                .text("app", app.value())
                .moment("expires", expires));
  }
}
