// Puts the page into its document.
import { mount } from 'svelte'
import App from './App.svelte'
import './style/tokens.css'
import './style/base.css'

const target = document.getElementById('page')
if (target !== null) mount(App, { target })
