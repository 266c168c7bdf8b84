/// The API: events in, and everything that an operator or an app's backend manages.
///
/// [RestApi] is the front. A request goes one of two ways:
///
/// ```
///   POST /v1/events, key and users in memory ──► EventSubmissions, on the connection's thread:
///        EventReader (bytes -> EventDraft) ──► Intake ──commit──► answer from the journal's thread
///   the same of more than 64 KiB ──► LargeBodies: the same on threads of their own, organisations
///        in turn
///   anything else, or a cache that misses ──► SlowRequests, a virtual thread: Routes ──► a
///        resource ──► Answer, or what is left of a hand-in
/// ```
///
/// The contract is docs/protocols/api.md.
@NullMarked
package dev.reveille.protocols.rest;

import org.jspecify.annotations.NullMarked;
