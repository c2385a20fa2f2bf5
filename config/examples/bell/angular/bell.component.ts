// Load the element once: <script src="…/client/notify-bell.min.js">.
import { Component, CUSTOM_ELEMENTS_SCHEMA, inject, input } from '@angular/core';
import { Router } from '@angular/router';

/** Shows the bell. `getToken` returns a token, or a promise of one. */
@Component({
  selector: 'app-bell',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: '<notify-bell [attr.url]="url()" [attr.key]="notificationKey()" [token]="getToken()" (notify-click)="follow($event)" />',
})
export class BellComponent {
  readonly url = input.required<string>();
  readonly notificationKey = input.required<string>();
  readonly getToken = input.required<() => Promise<string>>();

  private readonly router = inject(Router);

  /** Goes to the address of an item in the router. */
  follow(event: Event): void {
    const address = (event as CustomEvent).detail.item.data?.url;
    if (typeof address === 'string' && address.startsWith('/')) {
      event.preventDefault();
      void this.router.navigateByUrl(address);
    }
  }
}
