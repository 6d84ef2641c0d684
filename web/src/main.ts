// Puts the page into its document, in its language.
import { mount } from 'svelte'
import App from './App.svelte'
import './style/tokens.css'
import './style/base.css'
import { speak } from './text'
import { wantedLanguage } from './text/language.svelte'

const target = document.getElementById('page')
void speak(wantedLanguage()).then(() => {
  if (target !== null) mount(App, { target })
})
