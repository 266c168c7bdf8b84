package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Folded;
import dev.reveille.model.Mark;
import dev.reveille.model.Preferences;
import dev.reveille.model.Preferences.Spread;
import dev.reveille.model.Reason;
import dev.reveille.model.Surrogates;
import dev.reveille.model.User;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.protection.Protection;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// `/v1/users`: users, their addresses and preferences. On threads that may block.
final class UsersResource {
  private static final String[] FIELDS = {"name", "site", "addresses", "preferences"};
  private static final String[] PREFERENCES = {
    "spread", "idle", "doNotDisturb", "doNotDisturbUntil", "muted"
  };
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final int MOST_ADDRESSES = 32;
  private static final int LONGEST = 256;

  private final Registry registry;

  UsersResource(final Registry registry) {
    this.registry = registry;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    if (wantsAlike(request.query("alike"))) {
      return alike(request);
    }
    final int limit = request.limit();
    final var users = registry.users(request.organisation(), request.query("after"), limit + 1);
    final var page =
        JsonOut.page(users.subList(0, Math.min(limit, users.size())), UsersResource::write);
    return Answers.json(
        200,
        out -> {
          out.objects("users", page);
          if (users.size() > page.size()) {
            out.text("next", users.get(page.size() - 1).id().name());
          }
        });
  }

  private static boolean wantsAlike(final String value) {
    return switch (value) {
      case "true" -> true;
      case "", "false" -> false;
      default -> throw Refusal.malformed("alike", "must be true or false");
    };
  }

  /// Users who came to be spelled alike before that was refused.
  private Answer alike(final Request request) {
    final var groups = registry.alike(request.organisation(), request.limit());
    return Answers.json(
        200,
        out ->
            out.objects(
                "alike",
                groups,
                (group, alike) ->
                    group.objects(
                        "spellings",
                        alike.spellings(),
                        (one, spelling) ->
                            one.text("user", spelling.user().name())
                                .text("spelling", spelling.text()))));
  }

  Answer show(final Request request) {
    final var user = user(request);
    return Answers.json(200, out -> write(out, user));
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var id = Named.user(request.organisation(), request.name());
    final var body = request.body(FIELDS);
    final var existed = new AtomicBoolean();
    final var user =
        registry.changeUser(
            id,
            before -> {
              existed.set(before.isPresent());
              if (before.isPresent() && request.createsOnly()) {
                throw new Refusal(Reason.EXISTS, "user " + id.name());
              }
              final var wishes = before.map(User::preferences).orElse(Preferences.DEFAULT);
              return read(body, new User(id, "", List.of(), unnamed(body, wishes)));
            },
            request.who());
    return Answers.json(existed.get() ? 200 : 201, out -> write(out, user));
  }

  Answer patch(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body(FIELDS);
    final var id = user(request).id();
    final var user =
        registry.changeUser(
            id,
            before -> read(body, before.orElseThrow(() -> Refusal.notFound("user", id.name()))),
            request.who());
    return Answers.json(200, out -> write(out, user));
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    registry.removeUser(user(request).id(), request.who());
    return Answers.NO_CONTENT;
  }

  /// The user whom the path names, by name or by address.
  User user(final Request request) {
    return find(request, request.name())
        .orElseThrow(() -> Refusal.notFound("user", request.name()));
  }

  Optional<User> find(final Request request, final String nameOrAddress) {
    return registry.findUser(request.organisation(), nameOrAddress);
  }

  // ---- JSON ---------------------------------------------------------------------------------

  static void write(final JsonOut out, final User user) {
    final var preferences = user.preferences();
    out.text("name", user.id().name())
        .text("site", user.site())
        .texts("addresses", user.addresses())
        .object(
            "preferences",
            fields -> {
              switch (preferences.spread()) {
                case Spread.EveryDevice() -> fields.text("spread", "every-device");
                case Spread.LastActive(var idle) ->
                    fields.text("spread", "last-active").text("idle", idle.toString());
              }
              if (preferences.doNotDisturbUntil().equals(Instant.MAX)) {
                fields.flag("doNotDisturb", true);
              } else if (!preferences.doNotDisturbUntil().equals(Instant.MIN)) {
                fields.moment("doNotDisturbUntil", preferences.doNotDisturbUntil());
              }
              fields.texts(
                  "muted",
                  preferences.muted().keySet().stream()
                      .map(ConversationId::value)
                      .sorted()
                      .toList());
            });
  }

  /// What a user's body cannot say, and so does not replace: quiet hours, a ring limit, who is let
  /// through, and until when a conversation is muted.
  private static Preferences unnamed(final JsonBody body, final Preferences before) {
    final boolean namesMuted =
        body.object("preferences", PREFERENCES).filter(fields -> fields.has("muted")).isPresent();
    return before
        .withSpread(Preferences.DEFAULT.spread())
        .withDoNotDisturb(Preferences.DEFAULT.doNotDisturbUntil())
        .withMuted(namesMuted ? before.muted() : Map.of());
  }

  /// What the body says, and for the rest what was there before.
  private static User read(final JsonBody body, final User before) {
    body.text("name")
        .filter(name -> !name.equals(before.id().name()))
        .ifPresent(name -> {
          throw Refusal.malformed(
              "name", "must be " + before.id().name() + " as in the address, or left out");
        });
    final var site = body.clears("site") ? "" : body.name("site").orElse(before.site());
    final var addresses =
        body.clears("addresses")
            ? List.<String>of()
            : body.texts("addresses").orElse(before.addresses());
    if (site.length() > LONGEST) {
      throw Refusal.malformed("site", "must have at most " + LONGEST + " characters");
    }
    checkAddresses(addresses);
    final var preferences =
        body.clears("preferences")
            ? Preferences.DEFAULT
            : body.object("preferences", PREFERENCES)
                .map(fields -> preferences(fields, before.preferences()))
                .orElse(before.preferences());
    return new User(before.id(), site, distinct(addresses), preferences);
  }

  /// Each address once, as it is written first: those that are compared as equal are one.
  private static List<String> distinct(final List<String> addresses) {
    final var seen = new HashSet<String>();
    return addresses.stream().filter(address -> seen.add(Folded.of(address))).toList();
  }

  private static void checkAddresses(final List<String> addresses) {
    if (addresses.size() > MOST_ADDRESSES) {
      throw Refusal.malformed(
          "addresses", "must name at most " + MOST_ADDRESSES + ", not " + addresses.size());
    }
    for (int i = 0; i < addresses.size(); i++) {
      final var address = addresses.get(i);
      if (address.isBlank()
          || address.length() > LONGEST
          || address.chars().anyMatch(Character::isISOControl)
          || Surrogates.halfIn(address)) {
        throw Refusal.malformed(
            "addresses[" + i + "]",
            "must have 1 to "
                + LONGEST
                + " characters, no control characters and no unpaired surrogate");
      }
    }
  }

  private static Preferences preferences(final JsonBody body, final Preferences before) {
    final var until = Protection.doNotDisturb(body, before);
    final var after = before.withSpread(spread(body, before.spread())).withDoNotDisturb(until);
    if (body.clears("muted")) {
      return after.withMuted(Map.of());
    }
    return body.texts("muted").map(names -> after.withMuted(muted(names, before))).orElse(after);
  }

  /// A conversation that was muted before keeps its end.
  private static Map<ConversationId, Instant> muted(
      final List<String> names, final Preferences before) {
    if (names.size() > Protection.MOST_MUTED) {
      throw Refusal.malformed(
          "preferences.muted",
          "must name at most " + Protection.MOST_MUTED + ", not " + names.size());
    }
    final var conversations = new HashMap<ConversationId, Instant>();
    for (final var name : names) {
      final var conversation = Named.checked(() -> new ConversationId(name));
      conversations.put(conversation, before.muted().getOrDefault(conversation, Instant.MAX));
    }
    return conversations;
  }

  private static Spread spread(final JsonBody body, final Spread before) {
    final var idle = body.duration("idle");
    final var word =
        body.clears("spread")
            ? Optional.of("every-device")
            : body.text("spread")
                .or(() ->
                    idle.map(
                        _ -> before instanceof Spread.LastActive ? "last-active" : "every-device"));
    if (word.isEmpty()) {
      return before;
    }
    return switch (word.get()) {
      case "every-device" -> {
        if (idle.isPresent()) {
          throw Refusal.malformed("preferences.idle", "goes with spread=last-active only");
        }
        yield new Spread.EveryDevice();
      }
      case "last-active" -> new Spread.LastActive(idle.orElse(IDLE));
      default ->
          throw Refusal.malformed(
              "preferences.spread",
              "must be every-device or last-active, not \"" + word.get() + "\"");
    };
  }

  static List<String> words(final Set<Mark> marks) {
    return marks.stream().sorted().map(Mark::word).toList();
  }
}
