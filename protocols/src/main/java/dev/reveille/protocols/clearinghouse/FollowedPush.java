package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.Audience;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.sip.message.SipUri;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A push of a partner as its report needs it, read from the send that is stored.
///
/// @param send its sequence
/// @param address to which it was pushed
/// @param from the URI that was asked, from which the report comes
/// @param to the URI that gets the report
record FollowedPush(
    long send,
    OrganisationId organisation,
    String partner,
    UUID id,
    String reference,
    HandleId handle,
    PushAddress.Direct address,
    Instant until,
    SipUri from,
    SipUri to) {
  /// Among the fields of a stored push: which URI was asked, by which one, and for which handle.
  private static final String ASKED = "asked";

  private static final String ASKED_BY = "asked-by";
  private static final String HANDLE = "handle";
  private static final int LONGEST_URI = 300;

  /// Adds what a report needs to the fields of a push, unless that is too much to be kept: then the
  /// partner has to ask.
  static void addTo(
      final Map<String, String> fields,
      final String asked,
      final String askedBy,
      final HandleId handle) {
    if (asked.length() > LONGEST_URI || askedBy.length() > LONGEST_URI) {
      return;
    }
    fields.put(ASKED, asked);
    fields.put(ASKED_BY, askedBy);
    fields.put(HANDLE, handle.value());
    final int size =
        fields.entrySet().stream()
            .mapToInt(one -> one.getKey().length() + one.getValue().length())
            .sum();
    if (size > SendContent.Relayed.LARGEST) {
      fields.remove(ASKED);
      fields.remove(ASKED_BY);
      fields.remove(HANDLE);
    }
  }

  /// Empty for what is no push of a partner, and for one that lacks what a report needs.
  ///
  /// @param sequence of the send
  static Optional<FollowedPush> of(final long sequence, final Send send) {
    final var key = send.key();
    if (!key.source().startsWith(PushRequests.SOURCE)
        || !(send.what() instanceof SendContent.Relayed(var fields))
        || !(send.to() instanceof Audience.Addresses(var all))
        || all.isEmpty()
        || !(all.getFirst().address() instanceof final PushAddress.Direct address)) {
      return Optional.empty();
    }
    final var from = SipUri.parse(fields.getOrDefault(ASKED, ""));
    final var to = SipUri.parse(fields.getOrDefault(ASKED_BY, ""));
    if (from.isEmpty() || to.isEmpty() || !fields.containsKey(HANDLE)) {
      return Optional.empty();
    }
    return Optional.of(
        new FollowedPush(
            sequence,
            key.organisation(),
            key.source().substring(PushRequests.SOURCE.length()),
            UUID.fromString(key.id()),
            fields.getOrDefault(PushBody.REFERENCE, ""),
            new HandleId(fields.getOrDefault(HANDLE, "")),
            address,
            send.life().alertBefore(),
            from.get(),
            to.get()));
  }
}
