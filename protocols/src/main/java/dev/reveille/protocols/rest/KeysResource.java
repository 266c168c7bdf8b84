package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Product;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Routing;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `/v1/keys`: API keys; and what may be read without a key, such as the reasons.
final class KeysResource {
  private static final int LONGEST_NOTE = 256;
  private static final Answer REASONS =
      Answers.json(
              200, out -> out.objects("reasons", Arrays.asList(Reason.values()), Answers::reason))
          .prepared();

  private final SecretStore secrets;
  private final ServerClock clock;
  private final Routing routing;
  private final EventAnswers answers;

  /// Removing the last key that may manage would lock all operators out: one at a time.
  private final Object removing = new Object();

  KeysResource(final SecretStore secrets, final Routing routing, final EventAnswers answers) {
    this.secrets = secrets;
    this.clock = routing.clock();
    this.routing = routing;
    this.answers = answers;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var keys = secrets.apiKeys(request.organisation());
    return Lists.answer(request, "keys", keys, ApiKey::id, KeysResource::write);
  }

  Answer make(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body("rights", "note");
    final var rights = rights(body.texts("rights").orElse(List.of()));
    final var note = body.text("note").orElse("");
    if (note.length() > LONGEST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.malformed(
          "note", "must have at most " + LONGEST_NOTE + " characters on one line");
    }
    final var made =
        ApiKeys.make(
            secrets,
            request.organisation(),
            rights,
            note,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            request.who());
    return Answers.json(
        201,
        out -> {
          write(out, made.key());
          out.text("secret", made.secret());
        });
  }

  Answer remove(final Request request) {
    request.need(Right.MANAGE);
    final var id = request.name();
    synchronized (removing) {
      final var keys = secrets.apiKeys(request.organisation());
      if (keys.stream().noneMatch(key -> key.id().equals(id))) {
        throw Refusal.notFound("key", id);
      }
      final boolean isAnotherManager =
          keys.stream()
              .anyMatch(key -> !key.id().equals(id) && key.rights().contains(Right.MANAGE));
      if (!isAnotherManager) {
        throw new Refusal(
            Reason.EXISTS,
            "key " + id + " is the last one with the right manage; make another first");
      }
      secrets.removeApiKey(request.organisation(), id, request.who());
    }
    return Answers.NO_CONTENT;
  }

  Answer self(final Request request) {
    final var givenUp = routing.givenUp(request.organisation());
    return Answers.json(
        200,
        out -> {
          out.text("product", Product.NAME)
              .text("version", Product.VERSION)
              .text("organisation", request.organisation().value())
              .text("key", request.principal().key().id())
              .texts("rights", words(request.principal().key().rights()));
          final var generation = clock.generation();
          if (generation.number() > 1) {
            out.object(
                "clockSet",
                set ->
                    set.moment("to", generation.since()).text("by", generation.step().toString()));
          }
          final var lowered = routing.loweredLimits();
          if (!lowered.isEmpty() && request.organisation().equals(OrganisationId.FIRST)) {
            out.objects(
                "lowered",
                lowered,
                (line, one) ->
                    line.text("setting", one.setting())
                        .number("configured", one.configured())
                        .number("inForce", one.inForce()));
          }
          givenUp.ifPresent(events ->
              out.object(
                  "givenUp",
                  told ->
                      told.number("events", events.events())
                          .moment("since", events.since())
                          .text("newest", answers.eventId(events.newest()))
                          .moment("newestAt", events.newestAt())));
        });
  }

  static Answer reasons(final Request request) {
    return REASONS;
  }

  static Answer reason(final Request request) {
    final var reason =
        Reason.ofCode(request.name()).orElseThrow(() -> Refusal.notFound("reason", request.name()));
    return Answers.json(200, out -> Answers.reason(out, reason));
  }

  static void write(final JsonOut out, final ApiKey key) {
    out.text("id", key.id())
        .texts("rights", words(key.rights()))
        .text("note", key.note())
        .moment("madeAt", key.madeAt());
  }

  private static List<String> words(final Set<Right> rights) {
    return rights.stream().map(right -> right.name().toLowerCase(Locale.ROOT)).sorted().toList();
  }

  private static Set<Right> rights(final List<String> words) {
    final var rights = EnumSet.noneOf(Right.class);
    for (final var word : words) {
      rights.add(
          switch (word) {
            case "send" -> Right.SEND;
            case "listen" -> Right.LISTEN;
            case "manage" -> Right.MANAGE;
            default ->
                throw Refusal.malformed(
                    "rights", "must be send, listen, manage, not \"" + word + "\"");
          });
    }
    if (rights.isEmpty()) {
      throw Refusal.malformed("rights", "must name one or more of send, listen, manage");
    }
    return rights;
  }
}
