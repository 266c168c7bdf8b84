package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.HandleId;
import dev.reveille.model.HostNameSyntax;
import dev.reveille.model.PushAddress;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Code;
import dev.reveille.routing.port.Handles.Count;
import dev.reveille.routing.port.Handles.Filter;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.Handles.Place;
import dev.reveille.routing.port.Handles.State;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// `/v1/federation/handles`, `/v1/federation/partners` and `/v1/federation/codes`: the handles that
/// a clearing house gave out for partners of the organisation, and the codes with which partners'
/// devices claim them. No token is ever shown. On threads that may block.
final class HandlesResource {
  /// How often and for how long a code works unless it is said.
  private static final int USES = 1;

  private static final int DAYS = 30;
  private static final int MOST_USES = 1_000_000;
  private static final int MOST_DAYS = 3_650;
  private static final String PREFIX = "rp_";
  private static final int CODE_LENGTH = 26;
  private static final int ID_LENGTH = 10;

  private final Handles handles;
  private final InstantSource clock;

  HandlesResource(final Handles handles, final InstantSource clock) {
    this.handles = handles;
    this.clock = clock;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final int limit = request.limit();
    final var partner = request.query("partner");
    final var app = request.query("app");
    final var which =
        new Filter(
            partner.isEmpty() ? "" : domain("partner", partner),
            app.isEmpty() ? Optional.empty() : Optional.of(Named.app(app)));
    final var found =
        handles.list(request.organisation(), which, place(request.query("after")), limit + 1);
    final var page =
        JsonOut.page(found.subList(0, Math.min(limit, found.size())), HandlesResource::write);
    return Answers.json(
        200,
        out -> {
          out.objects("handles", page);
          if (found.size() > page.size()) {
            out.text("next", written(Place.of(found.get(page.size() - 1))));
          }
        });
  }

  /// A partner's domain and a handle have no spaces.
  private static String written(final Place place) {
    return place.partner() + " " + place.app() + " " + place.handle();
  }

  private static Place place(final String after) {
    if (after.isEmpty()) {
      return Place.FIRST;
    }
    final int first = after.indexOf(' ');
    final int last = after.lastIndexOf(' ');
    if (first < 1 || last == first) {
      throw Refusal.malformed("after", "must be what next says on the page before");
    }
    return new Place(
        after.substring(0, first), after.substring(first + 1, last), after.substring(last + 1));
  }

  private static String domain(final String field, final String text) {
    return HostNameSyntax.canonical(text)
        .orElseThrow(() -> Refusal.malformed(field, "must be a domain, such as example.org"));
  }

  private static void write(final JsonOut out, final Handle handle) {
    out.text("handle", handle.id().value())
        .text("partner", handle.owner().partner())
        .text("app", handle.owner().app().value())
        .text("state", handle.state().word())
        .moment("madeAt", handle.madeAt())
        .moment("since", handle.since());
    handle.why().ifPresent(why -> out.text("code", why.code()));
    handle.address().ifPresent(address -> beneath(out, address));
  }

  private static void beneath(final JsonOut out, final PushAddress.Direct address) {
    out.text("service", address.service().word())
        .text("channel", address.channel().word())
        .flag("sandbox", address.sandbox())
        .moment("registeredAt", address.registeredAt());
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var handle = own(request);
    return Answers.json(200, out -> write(out, handle));
  }

  private Handle own(final Request request) {
    return id(request)
        .flatMap(handles::find)
        .filter(found -> found.owner().publisher().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("handle", request.name()));
  }

  private static Optional<HandleId> id(final Request request) {
    try {
      return Optional.of(new HandleId(request.name()));
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  Answer revoke(final Request request) {
    request.need(Right.MANAGE);
    final var handle = own(request);
    if (handle.state() == State.ACTIVE || handle.state() == State.PENDING) {
      final var _ = handles.revoke(request.organisation(), handle.id(), request.who());
    }
    return Answers.NO_CONTENT;
  }

  Answer revokeAll(final Request request) {
    request.need(Right.MANAGE);
    if (request.query("partner").isEmpty()) {
      throw Refusal.malformed("partner", "is missing: it says whose handles are revoked");
    }
    final var partner = domain("partner", request.query("partner"));
    final var app = request.query("app");
    final long revoked =
        handles.revokeAll(
            request.organisation(),
            partner,
            app.isEmpty() ? Optional.empty() : Optional.of(Named.app(app)),
            request.who());
    return Answers.json(200, out -> out.number("revoked", revoked));
  }

  Answer partners(final Request request) {
    request.need(Right.MANAGE);
    return Lists.answer(
        request,
        "partners",
        handles.counts(request.organisation()),
        HandlesResource::id,
        (out, count) ->
            out.text("partner", count.partner())
                .text("app", count.app().value())
                .number("active", count.active()));
  }

  private static String id(final Count count) {
    return count.partner() + " " + count.app();
  }

  // ---- codes ----------------------------------------------------------------------------------

  Answer codes(final Request request) {
    request.need(Right.MANAGE);
    final var partner = request.query("partner");
    final var codes =
        handles.codes(request.organisation(), partner.isEmpty() ? "" : domain("partner", partner));
    return Lists.answer(
        request, "codes", codes, code -> code.partner() + " " + code.id(), HandlesResource::write);
  }

  private static void write(final JsonOut out, final Code code) {
    out.text("id", code.id())
        .text("partner", code.partner())
        .number("uses", code.uses())
        .moment("madeAt", code.madeAt())
        .moment("expires", code.expires());
  }

  Answer makeCode(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body("partner", "uses", "days");
    final var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    final var code =
        new Code(
            "c_" + ApiKeys.random(ID_LENGTH),
            request.organisation(),
            domain("partner", body.required("partner")),
            body.number("uses", 1, MOST_USES).orElse(USES),
            now,
            now.plus(Duration.ofDays(body.number("days", 1, MOST_DAYS).orElse(DAYS))));
    final var secret = PREFIX + ApiKeys.random(CODE_LENGTH);
    handles.keepCode(code, ApiKeys.hash(secret), request.who());
    return Answers.json(
        201,
        out -> {
          write(out, code);
          out.text("code", secret);
        });
  }

  Answer removeCode(final Request request) {
    request.need(Right.MANAGE);
    final var partner = domain("partner", request.name());
    if (!handles.removeCode(request.organisation(), partner, request.second(), request.who())) {
      throw Refusal.notFound("code", request.second() + " of partner " + partner);
    }
    return Answers.NO_CONTENT;
  }
}
