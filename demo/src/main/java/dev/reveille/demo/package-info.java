/// A web page for trying out: two browser windows sign in as demo users, call each other, write to
/// each other, and see why it rang. Offered only where the operator asks for it.
///
/// ```
/// window ──▶ /demo/…       its app's backend: signs users in, hands in calls and messages
///        ──▶ /device/v1/…  the same device protocol as every phone
/// ```
///
/// The backend is written as any app's backend would be: a client of the API with a key of its own,
/// which knows the server by its wire only.
@NullMarked
package dev.reveille.demo;

import org.jspecify.annotations.NullMarked;
