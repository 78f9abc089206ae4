/** hybnb's icon: two nodes of a graph and the way between them. */

import { LabIcon } from '@jupyterlab/ui-components';

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="3.6" cy="12.4" r="1.9"/><circle cx="12.4" cy="3.6" r="1.9"/>
    <path d="M5 11 11 5M3.6 8.5V3.6h4.9M12.4 7.5v4.9H7.5"/>
  </g>
</svg>`;

export const icon = new LabIcon({ name: 'hybnb:icon', svgstr: svg });
