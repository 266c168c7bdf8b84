package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Records;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.Optional;
import java.util.TreeMap;

/// `GET /v1/events/{id}` and `GET /v1/events?source=…&id=…`: shows accepted events of the key's own
/// organisation; also writes them for trails and inboxes. Any key may ask; content and callers are
/// shown only to keys with the right `listen`. Throws [Refusal]: not found for an event that is
/// unknown or of another organisation, malformed for a query without source or id. Called on
/// threads that may block on the disk.
final class EventsResource {
  private final Records records;
  private final EventAnswers answers;

  EventsResource(final Records records, final EventAnswers answers) {
    this.records = records;
    this.answers = answers;
  }

  Answer show(final Request request) {
    final var stored = named(request);
    return Answers.json(200, out -> write(out, stored, request.principal().may(Right.LISTEN)));
  }

  Answer find(final Request request) {
    final var stored = byKey(request);
    return Answers.json(200, out -> write(out, stored, request.principal().may(Right.LISTEN)));
  }

  /// The event whose public id stands in the path.
  StoredJob named(final Request request) {
    return sequence(request.name())
        .flatMap(records::event)
        .filter(stored -> stored.event().key().organisation().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("event", request.name()));
  }

  private Optional<Long> sequence(final String id) {
    try {
      return records.ids().sequence(id);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// The event that the query names by source and id.
  StoredJob byKey(final Request request) {
    final var source = request.query("source");
    final var id = request.query("id");
    if (source.isEmpty() || id.isEmpty()) {
      throw Refusal.malformed("", "name the event by ?source=…&id=…");
    }
    final var key = Named.key(request.organisation(), source, id);
    return find(key);
  }

  private StoredJob find(final EventKey key) {
    return records
        .event(key)
        .orElseThrow(() -> Refusal.notFound("event", key.source() + "/" + key.id()));
  }

  /// Writes an event.
  ///
  /// @param all with content and caller
  void write(final JsonOut out, final StoredJob stored, final boolean all) {
    final var event = stored.event();
    out.text("event", answers.eventId(stored.sequence()))
        .number("sequence", stored.sequence())
        .moment("acceptedAt", stored.at())
        .text("source", event.key().source())
        .text("id", event.key().id())
        .text("class", event.eventClass().word())
        .text("type", event.type())
        .texts("to", event.recipients().stream().map(UserId::name).toList())
        .moment("alertBefore", event.life().alertBefore())
        .moment("keepUntil", event.life().keepUntil());
    switch (event) {
      case Event.IncomingCall call ->
          out.object(
              "call",
              fields -> {
                fields.text("id", call.call().toString()).flag("video", call.video());
                if (all) {
                  fields.object(
                      "caller",
                      caller ->
                          caller
                              .text("name", call.caller().name())
                              .text("address", call.caller().address()));
                }
              });
      case Event.CallEnded ended ->
          out.object("call", fields -> fields.text("id", ended.call().toString()))
              .object("end", end -> CallEnds.end(end, ended.how()));
      case Event.Message message -> {
        out.text("conversation", message.in().value());
        content(out, message.content(), all);
      }
      case Event.ChangeHint hint ->
          out.texts("folders", hint.folders().stream().map(FolderId::value).sorted().toList());
      case Event.Other other -> {
        out.textIfAny("collapse", other.collapse());
        content(out, other.content(), all);
      }
    }
  }

  private static void content(final JsonOut out, final Content content, final boolean all) {
    if (all) {
      out.object(
          "content",
          fields ->
              fields
                  .text("title", content.title())
                  .text("text", content.text())
                  .texts("data", new TreeMap<>(content.data())));
    }
  }
}
