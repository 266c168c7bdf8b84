package dev.reveille.storage.sqlite;

import dev.reveille.model.Ascii;
import dev.reveille.model.CallId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.FolderId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.storage.codec.Fingerprint;
import java.nio.charset.StandardCharsets;

/// Hashes names to 64-bit numbers, so that the keys of the projections stay small. Two names may
/// have one hash: a caller that finds an event by it must compare the event itself.
final class Hashes {
  private final long seed;

  Hashes(final long seed) {
    this.seed = seed;
  }

  long user(final UserId user) {
    return of(1, user.organisation(), user.name());
  }

  long conversation(final OrganisationId organisation, final ConversationId conversation) {
    return of(2, organisation, conversation.value());
  }

  long folder(final OrganisationId organisation, final FolderId folder) {
    return of(3, organisation, folder.value());
  }

  long call(final OrganisationId organisation, final CallId call) {
    return of(4, organisation, call.value().toString());
  }

  private long of(final int kind, final OrganisationId organisation, final String name) {
    final byte[] bytes = bytes(organisation.value(), name);
    return Fingerprint.of(seed + kind, bytes, 0, bytes.length);
  }

  private static byte[] bytes(final String organisation, final String name) {
    if (!Ascii.isAll(organisation) || !Ascii.isAll(name)) {
      return (organisation + '\n' + name).getBytes(StandardCharsets.UTF_8);
    }
    final byte[] bytes = new byte[organisation.length() + 1 + name.length()];
    Ascii.copy(organisation, organisation.length(), bytes, 0);
    bytes[organisation.length()] = '\n';
    Ascii.copy(name, name.length(), bytes, organisation.length() + 1);
    return bytes;
  }
}
