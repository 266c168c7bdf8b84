package dev.reveille.protocols.notificationhubs;

import java.time.Instant;

/// The Atom fields of an entry or a feed, beside its content.
///
/// @param url where it is, absolute
/// @param updated the moment of its last change, or of the answer
public record AtomItem(String url, String title, Instant updated) {}
