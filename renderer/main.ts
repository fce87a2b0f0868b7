import './no-eval.ts';
import './styles/window.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './api/connect.ts';

mount(App, { target: document.querySelector('#app')!, props: connect(window) });
